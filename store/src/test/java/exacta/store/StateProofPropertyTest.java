package exacta.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.primitives.Digest32;
import exacta.primitives.Height;
import exacta.primitives.StateProof;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class StateProofPropertyTest {
  private static final int ENTRIES = 3000;

  @TempDir Path folder;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void commit(Database database, long height, int from, int to) {
    WorkingState state = database.begin();
    for (int i = from; i < to; i++) {
      state.put(bytes("key/" + i), bytes("value " + i));
    }
    database.commit(database.prepare(state, new Height(height)), new Writes());
  }

  @Test
  void showsWhatIsThereAndWhatIsNot() {
    try (Database database = Database.open(folder, List.of())) {
      commit(database, 0, 0, 0);
      assertShows(database, 0);
      commit(database, 1, 0, 1);
      assertShows(database, 1);
      commit(database, 2, 1, ENTRIES);
      assertShows(database, ENTRIES);
    }
  }

  private static void assertShows(Database database, int entries) {
    Digest32 root = database.head().orElseThrow().root();
    for (int i = 0; i < entries + 300; i += 7) {
      byte[] key = bytes("key/" + i);
      StateProof proof = database.read(state -> state.prove(key));
      assertEquals(
          proof.pages().size(), StateProof.parse(proof.toBytes()).orElseThrow().pages().size());
      Optional<byte[]> value = database.read(state -> state.get(key));
      assertEquals(i < entries, value.isPresent());
      assertTrue(proof.shows(root, key, value), "" + i);
      assertFalse(proof.shows(root, key, Optional.of(bytes("value " + (i + 1)))));
      assertFalse(proof.shows(Digest32.ZERO, key, value));
      if (value.isPresent()) {
        assertFalse(proof.shows(root, key, Optional.empty()));
      }
    }
  }

  @Test
  void aStateProvesItselfWhileTheNextIsCommitted() {
    try (Database database = Database.open(folder, List.of())) {
      commit(database, 0, 0, 100);
      byte[] key = bytes("key/5");
      Digest32 root = database.head().orElseThrow().root();
      StateProof proof =
          database.read(state -> {
            commit(database, 1, 0, 1000);
            return state.prove(key);
          });
      assertTrue(proof.shows(root, key, Optional.of(bytes("value 5"))));
    }
  }

  /** No change of a proof's bytes makes it show something else. */
  @Test
  void aChangedProofShowsNothing() {
    try (Database database = Database.open(folder, List.of())) {
      commit(database, 0, 0, ENTRIES);
      Digest32 root = database.head().orElseThrow().root();
      byte[] key = bytes("key/11");
      byte[] proof = database.read(state -> state.prove(key)).toBytes();
      Random random = new Random(11);
      List<Optional<byte[]>> claims = new ArrayList<>();
      claims.add(Optional.of(bytes("value 12")));
      claims.add(Optional.empty());
      for (int i = 0; i < 5_000; i++) {
        byte[] changed = proof.clone();
        changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
        for (Optional<byte[]> claim : claims) {
          assertFalse(StateProof.parse(changed).map(p -> p.shows(root, key, claim)).orElse(false));
        }
      }
      assertEquals(Optional.empty(), StateProof.parse(new byte[0]));
      assertEquals(Optional.empty(), StateProof.parse(new byte[] {1}));
    }
  }
}
