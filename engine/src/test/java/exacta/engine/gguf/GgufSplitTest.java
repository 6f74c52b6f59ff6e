package exacta.engine.gguf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.primitives.Digest32;
import exacta.primitives.ExactaException;
import exacta.primitives.Hasher;
import exacta.primitives.MerkleTree;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufSplitTest {
  private static final int MIB = 1 << 20;

  @TempDir Path folder;

  private static Path path(Path folder, int part, int count) {
    return folder.resolve("big-0000" + (part + 1) + "-of-0000" + count + ".gguf");
  }

  private static GgufWriter part(int part, int count, int tensors) {
    return new GgufWriter()
        .integer("split.no", part)
        .integer("split.count", count)
        .integer("split.tensors.count", tensors);
  }

  private static byte[] data(int part, int bytes) {
    byte[] data = new byte[bytes];
    new Random(part).nextBytes(data);
    return data;
  }

  /** As the tools of llama.cpp write them: all metadata, but no tensor, in the first part. */
  static List<Path> write(Path folder, int count) {
    return write(folder, count, 64);
  }

  private static List<Path> write(Path folder, int count, int bytesEach) {
    List<Path> paths = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      GgufWriter writer = part(i, count, count - 1);
      if (i == 0) {
        writer.text("general.architecture", "llama");
      } else {
        writer.tensor("t" + i, TensorType.F32, List.of(bytesEach / 4L), data(i, bytesEach));
      }
      paths.add(path(folder, i, count));
      writer.write(paths.getLast());
    }
    return paths;
  }

  @Test
  void readsTheTensorsOfAllParts() {
    try (Gguf gguf = Gguf.open(write(folder, 4).getFirst())) {
      assertEquals("llama", gguf.metadata().requireText("general.architecture"));
      assertEquals(3, gguf.tensors().size());
      for (GgufTensor tensor : gguf.tensors()) {
        assertArrayEquals(
            data(tensor.part(), 64), gguf.data(tensor).toArray(ValueLayout.JAVA_BYTE));
      }
    }
  }

  @Test
  void readsAFirstPartThatHasTensorsItself() {
    part(0, 2, 2).tensor("a", TensorType.F32, List.of(8L), data(7, 32)).write(path(folder, 0, 2));
    part(1, 2, 2).tensor("b", TensorType.F32, List.of(8L), data(8, 32)).write(path(folder, 1, 2));
    try (Gguf gguf = Gguf.open(path(folder, 0, 2))) {
      assertArrayEquals(
          data(8, 32), gguf.data(gguf.tensor("b").orElseThrow()).toArray(ValueLayout.JAVA_BYTE));
    }
  }

  @Test
  void knowsACardOfTheFirstPartAlone() throws IOException {
    Path first = write(folder, 3).getFirst();
    try (Gguf gguf = Gguf.open(first);
        Gguf card = Gguf.ofCard("card", gguf.headerBytes())) {
      assertArrayEquals(Files.readAllBytes(first), gguf.headerBytes());
      assertFalse(card.hasWeights());
      assertEquals(List.of(), card.tensors());
      assertEquals(gguf.metadata().keys(), card.metadata().keys());
    }
  }

  /**
   * The identity is that of one long file, in which the later parts follow the first as they are.
   */
  @Test
  void hashesAllParts() throws IOException {
    List<Path> paths = write(folder, 3, MIB - 32);
    byte[] card = Files.readAllBytes(paths.getFirst());
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    for (Path later : paths.subList(1, 3)) {
      rest.writeBytes(Files.readAllBytes(later));
    }
    List<Digest32> leaves = new ArrayList<>();
    leaves.add(Hasher.of("model-card").bytes(card).finish());
    for (int at = 0; at < rest.size(); at += MIB) {
      byte[] chunk = Arrays.copyOfRange(rest.toByteArray(), at, Math.min(at + MIB, rest.size()));
      leaves.add(Hasher.of("model-chunk").bytes(chunk).finish());
    }
    ModelIdentity identity = identity(paths.getFirst());
    assertEquals(new MerkleTree(leaves).root(), identity.root());
    assertEquals(leaves.size(), identity.leafCount());
    assertEquals(rest.size(), identity.weightBytes());
    byte[] last = Files.readAllBytes(paths.getLast());
    last[last.length - 1] ^= 1;
    Files.write(paths.getLast(), last);
    assertNotEquals(identity.root(), identity(paths.getFirst()).root());
  }

  private static ModelIdentity identity(Path path) {
    try (Gguf gguf = Gguf.open(path)) {
      return ModelDigest.of(gguf).identity();
    }
  }

  @Test
  void refusesALaterPartByItself() throws IOException {
    List<Path> paths = write(folder, 3);
    refuses("part 2 of 3", paths.get(1));
    refuses("open the first part, ...-00001-of-00003.gguf", paths.get(1));
    byte[] card = Files.readAllBytes(paths.get(1));
    assertThrows(ExactaException.class, () -> Gguf.ofCard("card", card));
  }

  @Test
  void refusesAMissingPart() throws IOException {
    List<Path> paths = write(folder, 3);
    Files.delete(paths.get(1));
    refuses("big-00002-of-00003.gguf, part 2 of a split model, cannot be read", paths.getFirst());
  }

  @Test
  void refusesAFileWhoseNameDoesNotLeadToTheOthers() throws IOException {
    Path renamed = folder.resolve("model.gguf");
    Files.move(write(folder, 3).getFirst(), renamed);
    refuses("name that it was made with; this one's ends in -00001-of-00003.gguf", renamed);
  }

  @Test
  void refusesPartsThatDoNotBelongTogether() {
    List<Path> paths = write(folder, 3);
    part(2, 3, 2).tensor("t1", TensorType.F32, List.of(16L), data(1, 64)).write(paths.get(1));
    refuses("part 3 of 3 with 2 tensors in all, but in its place part 2", paths.getFirst());
    part(1, 3, 5).tensor("t1", TensorType.F32, List.of(16L), data(1, 64)).write(paths.get(1));
    refuses("part 2 of 3 with 5 tensors in all", paths.getFirst());
    part(1, 3, 2).tensor("t2", TensorType.F32, List.of(16L), data(1, 64)).write(paths.get(1));
    refuses("has tensor 't2' in two parts", paths.getFirst());
    part(1, 3, 2)
        .tensor("t1", TensorType.F32, List.of(16L), data(1, 64))
        .tensor("more", TensorType.F32, List.of(16L), data(1, 64))
        .write(paths.get(1));
    refuses("should have 2 tensors in all parts together, but they hold 3", paths.getFirst());
    part(1, 3, 2)
        .text("general.architecture", "qwen2")
        .tensor("t1", TensorType.F32, List.of(16L), data(1, 64))
        .write(paths.get(1));
    refuses("'general.architecture' stands in part 1 of 3", paths.getFirst());
  }

  @Test
  void refusesHalfASplit() {
    Path path = folder.resolve("model.gguf");
    new GgufWriter()
        .integer("split.no", 0)
        .tensor("a", TensorType.F32, List.of(8L), data(1, 32))
        .write(path);
    refuses("'split.no' is given without 'split.count'", path);
    part(5, 3, 1).tensor("a", TensorType.F32, List.of(8L), data(1, 32)).write(path);
    refuses("'split.no' is 5, which is not between 0 and 2", path);
    part(0, 0, 1).tensor("a", TensorType.F32, List.of(8L), data(1, 32)).write(path);
    refuses("'split.count' is 0", path);
  }

  @Test
  void readsASplitIntoOnePartUnderAnyName() {
    Path path = folder.resolve("model.gguf");
    part(0, 1, 1).tensor("a", TensorType.F32, List.of(8L), data(1, 32)).write(path);
    try (Gguf gguf = Gguf.open(path)) {
      assertEquals(1, gguf.tensors().size());
    }
  }

  private static void refuses(String part, Path path) {
    ExactaException e = assertThrows(ExactaException.class, () -> Gguf.open(path));
    assertEquals(ExactaException.Category.FATAL, e.category());
    assertTrue(e.getMessage().contains(part), e.getMessage());
  }
}
