package exacta.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import exacta.primitives.Digest32;
import exacta.primitives.Height;
import exacta.store.Restoration.Step;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Snapshots whose chunks are those that they name, and which are none all the same. */
class BadSnapshotTest {
  private static final int CHUNK = SnapshotManifest.CHUNK_BYTES;

  @TempDir Path home;

  /** An entry as it lies in the stream. */
  private static byte[] entry(String key, String value) {
    byte[] name = key.getBytes(StandardCharsets.US_ASCII);
    byte[] content = value.getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(8 + name.length + content.length)
        .putInt(name.length)
        .putInt(content.length)
        .put(name)
        .put(content)
        .array();
  }

  private static byte[] end(long count) {
    return ByteBuffer.allocate(12).putInt(-1).putLong(count).array();
  }

  private static byte[] joined(byte[]... parts) {
    int bytes = Arrays.stream(parts).mapToInt(part -> part.length).sum();
    ByteBuffer joined = ByteBuffer.allocate(bytes);
    Arrays.stream(parts).forEach(joined::put);
    return joined.array();
  }

  private static byte[] lengths(int key, int value) {
    return ByteBuffer.allocate(CHUNK).putInt(key).putInt(value).array();
  }

  /** Rows: what is wrong, and the chunks. All chunks have the hashes that the manifest names. */
  static Stream<Arguments> wrongSnapshots() {
    byte[] a = entry("a", "1");
    byte[] b = entry("b", "2");
    return Stream.of(
        Arguments.of("another root", List.of(joined(a, entry("b", "3"), end(2)))),
        Arguments.of("an entry is missing", List.of(joined(a, end(1)))),
        Arguments.of("no end", List.of(joined(a, b))),
        Arguments.of("cut inside of an entry", List.of(Arrays.copyOf(joined(a, b), a.length + 5))),
        Arguments.of("cut inside of the end", List.of(joined(a, b, Arrays.copyOf(end(2), 11)))),
        Arguments.of("more behind the end", List.of(joined(a, b, end(2), new byte[1]))),
        Arguments.of("another count", List.of(joined(a, b, end(3)))),
        Arguments.of("keys in another order", List.of(joined(b, a, end(2)))),
        Arguments.of("a key twice", List.of(joined(a, a, b, end(3)))),
        Arguments.of("a negative length", List.of(joined(lengths(-2, 1)))),
        Arguments.of("a negative length of a value", List.of(joined(lengths(1, -1)))),
        Arguments.of("lengths that overflow", List.of(joined(lengths(1 << 30, 1 << 30)))),
        Arguments.of("a short chunk in the middle", List.of(joined(a, b), end(2))),
        Arguments.of("a chunk behind the end", List.of(padded(a, b), new byte[1])),
        Arguments.of("nothing", List.of(new byte[0])));
  }

  private static byte[] padded(byte[] a, byte[] b) {
    return Arrays.copyOf(joined(a, b, end(2)), CHUNK);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrongSnapshots")
  void aSnapshotThatIsNoneLeavesNothing(String what, List<byte[]> chunks) {
    try (Database source = Database.open(home.resolve("source"), List.of());
        Database target = Database.open(home.resolve("target"), List.of())) {
      WorkingState state = source.begin();
      state.put(new byte[] {'a'}, new byte[] {'1'});
      state.put(new byte[] {'b'}, new byte[] {'2'});
      source.commit(source.prepare(state, new Height(0)), new Writes());
      Head head = source.head().orElseThrow();
      List<Digest32> hashes = chunks.stream().map(SnapshotManifest::chunkHash).toList();
      SnapshotManifest wrong = new SnapshotManifest(head.height(), head.root(), hashes);
      Restoration restoration = target.restore(wrong, new Writes());
      Step step = new Step.Next();
      for (int i = 0; i < chunks.size() && step instanceof Step.Next; i++) {
        step = restoration.add(chunks.get(i));
      }
      assertInstanceOf(Step.WrongSnapshot.class, step, what);
      assertEquals(Optional.empty(), target.head());
      byte[] right = joined(entry("a", "1"), entry("b", "2"), end(2));
      SnapshotManifest good =
          new SnapshotManifest(
              head.height(), head.root(), List.of(SnapshotManifest.chunkHash(right)));
      assertInstanceOf(Step.Done.class, target.restore(good, new Writes()).add(right));
      assertEquals(source.head(), target.head());
      target.verify();
    }
  }
}
