package exacta.engine.gguf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.primitives.ExactaException;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GgufTest {
  @TempDir Path folder;
  private Path path;

  @BeforeEach
  void choosePath() {
    path = folder.resolve("model.gguf");
  }

  static GgufWriter sample() {
    byte[] norm = new byte[4 * 32];
    byte[] matrix = new byte[2 * 3 * 18];
    new Random(7).nextBytes(norm);
    new Random(8).nextBytes(matrix);
    return new GgufWriter()
        .text("general.architecture", "llama")
        .integer("llama.block_count", 0xffff_ffffL)
        .real("llama.rope.freq_base", 10000.5f)
        .flag("tokenizer.ggml.add_bos_token", true)
        .texts("tokenizer.ggml.tokens", List.of("a", "", "Ġthe", "\uD83D\uDE00"))
        .integers("tokenizer.ggml.token_type", 1, -3, Integer.MAX_VALUE)
        .tensor("norm", TensorType.F32, List.of(32L), norm)
        .tensor("matrix", TensorType.Q4_0, List.of(64L, 3L), matrix);
  }

  @Test
  void readsBackWhatTheWriterWrote() {
    sample().write(path);
    try (Gguf gguf = Gguf.open(path)) {
      GgufMetadata metadata = gguf.metadata();
      assertEquals("llama", metadata.requireText("general.architecture"));
      assertEquals(Optional.of(0xffff_ffffL), metadata.integer("llama.block_count"));
      assertEquals(10000.5f, metadata.requireReal("llama.rope.freq_base"));
      assertEquals(Optional.of(true), metadata.flag("tokenizer.ggml.add_bos_token"));
      assertEquals(
          List.of("a", "", "Ġthe", "\uD83D\uDE00"), metadata.requireTexts("tokenizer.ggml.tokens"));
      assertArrayEquals(
          new long[] {1, -3, Integer.MAX_VALUE},
          metadata.integers("tokenizer.ggml.token_type", 3).orElseThrow());
      assertEquals(Optional.empty(), metadata.text("absent"));
      GgufTensor matrix = gguf.tensor("matrix").orElseThrow();
      assertEquals(64, matrix.columns());
      assertEquals(3, matrix.rows());
      byte[] expected = new byte[2 * 3 * 18];
      new Random(8).nextBytes(expected);
      assertArrayEquals(expected, gguf.data(matrix).toArray(ValueLayout.JAVA_BYTE));
      assertEquals(Optional.empty(), gguf.tensor("absent"));
    }
  }

  @Test
  void readsVersion2LikeVersion3() throws IOException {
    sample().write(path);
    byte[] file = Files.readAllBytes(path);
    Path older = folder.resolve("older.gguf");
    ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(4, 2);
    Files.write(older, file);
    try (Gguf new3 = Gguf.open(path);
        Gguf old2 = Gguf.open(older)) {
      assertEquals(new3.tensors(), old2.tensors());
      assertEquals(new3.metadata().keys(), old2.metadata().keys());
    }
  }

  @Test
  void readsWholeNumbersOfEachWidth() {
    ByteBuffer bytes = header().putLong(16, 8);
    long[] extremes = {200, -100, 60_000, -30_000, 4_000_000_000L, -2_000_000_000, 1L << 62, -1};
    for (int i = 0; i < 8; i++) {
      int code = i < 6 ? i : i + 4;
      int width = 1 << i / 2;
      bytes.putLong(1).put((byte) ('a' + i)).putInt(9).putInt(code).putLong(2);
      for (int element = 0; element < 2; element++) {
        for (int b = 0; b < width; b++) {
          bytes.put((byte) (extremes[i] >>> 8 * b));
        }
      }
    }
    bytes.putLong(1).put((byte) 't').putInt(1).putLong(8).putInt(0).putLong(0);
    byte[] card = Arrays.copyOf(bytes.array(), (bytes.position() + 31) / 32 * 32);
    try (Gguf gguf = Gguf.ofCard("widths", card)) {
      for (int i = 0; i < 8; i++) {
        assertArrayEquals(
            new long[] {extremes[i], extremes[i]},
            gguf.metadata().integers(Character.toString('a' + i), 2).orElseThrow());
      }
    }
  }

  @Test
  void readsACardAloneLikeTheWholeFile() {
    sample().write(path);
    try (Gguf gguf = Gguf.open(path);
        Gguf card = Gguf.ofCard("card", gguf.headerBytes())) {
      assertEquals(gguf.tensors(), card.tensors());
      assertEquals(gguf.metadata().keys(), card.metadata().keys());
      assertArrayEquals(gguf.headerBytes(), card.headerBytes());
      assertTrue(gguf.hasWeights());
      assertFalse(card.hasWeights());
    }
  }

  @Test
  void refusesACardWithBytesAfterItsEnd() {
    sample().write(path);
    try (Gguf gguf = Gguf.open(path)) {
      byte[] longer = Arrays.copyOf(gguf.headerBytes(), gguf.headerBytes().length + 32);
      assertThrows(ExactaException.class, () -> Gguf.ofCard("card", longer));
    }
  }

  @Test
  void copiesTheMetadataOfAnotherFileWithItsTypes() throws IOException {
    sample().write(path);
    Path copyPath = folder.resolve("copy.gguf");
    try (Gguf gguf = Gguf.open(path)) {
      GgufWriter copy = new GgufWriter().copyMetadata(gguf.metadata());
      for (GgufTensor tensor : gguf.tensors()) {
        byte[] data = gguf.data(tensor).toArray(ValueLayout.JAVA_BYTE);
        copy.tensor(tensor.name(), tensor.type(), tensor.dimensions(), data);
      }
      copy.write(copyPath);
    }
    assertArrayEquals(Files.readAllBytes(path), Files.readAllBytes(copyPath));
  }

  @Test
  void namesKeyAndProblemOfAValueOfTheWrongKind() {
    sample().write(path);
    try (Gguf gguf = Gguf.open(path)) {
      GgufMetadata metadata = gguf.metadata();
      assertMessage(
          "'general.architecture' is not a whole number",
          () -> metadata.integer("general.architecture"));
      assertMessage("'llama.missing' is missing", () -> metadata.requireText("llama.missing"));
      assertMessage(
          "is 4294967295, which is not between 1 and 1000",
          () -> metadata.requireInteger("llama.block_count", 1, 1000));
    }
  }

  /** A reader that reads ahead must not care where a value ends. */
  @Test
  void readsBackValuesOfAnyLength() {
    for (int seed = 0; seed < 30; seed++) {
      Random random = new Random(seed);
      GgufWriter writer = sample();
      Map<String, String> texts = new HashMap<>();
      Map<String, int[]> lists = new HashMap<>();
      for (int i = 0; i < 20; i++) {
        String text = "ä".repeat(random.nextInt(random.nextBoolean() ? 4 : 10_000));
        int[] list = random.ints(random.nextInt(random.nextBoolean() ? 4 : 5000)).toArray();
        writer.text("text" + i, text).integers("list" + i, list);
        texts.put("text" + i, text);
        lists.put("list" + i, list);
      }
      writer.write(path);
      try (Gguf gguf = Gguf.open(path)) {
        GgufMetadata metadata = gguf.metadata();
        texts.forEach((key, text) -> assertEquals(text, metadata.requireText(key)));
        lists.forEach((key, list) ->
            assertArrayEquals(
                Arrays.stream(list).asLongStream().toArray(),
                metadata.integers(key, list.length).orElseThrow()));
        assertEquals(2, gguf.tensors().size());
      }
    }
  }

  @Test
  void refusesAFileCutAtAnyByte() throws IOException {
    sample().write(path);
    byte[] whole = Files.readAllBytes(path);
    int end;
    try (Gguf gguf = Gguf.open(path)) {
      GgufTensor last = gguf.tensors().getLast();
      end = (int) (gguf.headerBytes().length + last.offset() + last.bytes());
    }
    for (int length = 0; length < end; length++) {
      Files.write(path, Arrays.copyOf(whole, length));
      int cut = length;
      ExactaException e =
          assertThrows(ExactaException.class, () -> Gguf.open(path), () -> "cut at " + cut);
      assertEquals(ExactaException.Category.FATAL, e.category());
      assertTrue(e.getMessage().contains(path.toString()), e.getMessage());
    }
  }

  /** Whatever a stranger writes into a header, it is read or refused, never anything else. */
  @Test
  void survivesRandomDamage() throws IOException {
    sample().write(path);
    byte[] whole = Files.readAllBytes(path);
    byte[] extremes = {0, 1, 7, 8, 9, 31, 64, 127, (byte) 128, (byte) 255};
    Map<Boolean, Integer> outcomes = new HashMap<>();
    for (int seed = 0; seed < 20_000; seed++) {
      Random random = new Random(seed);
      byte[] damaged = whole.clone();
      for (int i = random.nextInt(4); i >= 0; i--) {
        damaged[random.nextInt(480)] = extremes[random.nextInt(extremes.length)];
      }
      boolean read = true;
      try (Gguf card = Gguf.ofCard("seed " + seed, damaged)) {
        assertFalse(card.tensors().isEmpty());
      } catch (ExactaException e) {
        read = false;
      }
      outcomes.merge(read, 1, Integer::sum);
    }
    assertTrue(outcomes.get(false) > 1000, () -> "outcomes " + outcomes);
  }

  @Test
  void refusesWhatIsNoGguf() {
    assertRefused("no GGUF file", header().putInt(0, 0x04034b50));
    assertRefused("is 1, whose counts have 32 bits", header().putInt(4, 1));
    assertRefused("is 4, and only 2 and 3 are read", header().putInt(4, 4));
    assertRefused("big-endian", header().putInt(4, 0x03000000));
    assertRefused("holds no weights", header().putLong(8, 0));
  }

  @Test
  void refusesCountsBeyondTheFileWithoutAllocatingThem() {
    assertRefused("tensor count claims", header().putLong(8, 1L << 40));
    assertRefused("tensor count claims", header().putLong(8, -1));
    assertRefused("metadata count claims", header().putLong(16, Long.MAX_VALUE));
  }

  @Test
  void refusesHostileMetadata() {
    assertRefused("claims a text of", oneValue(8, buffer().putLong(Long.MAX_VALUE)));
    assertRefused("claims a text of", oneValue(8, buffer().putLong(-1)));
    assertRefused("unknown type 13", oneValue(13, buffer()));
    assertRefused("list of lists", oneValue(9, buffer().putInt(9).putLong(1)));
    assertRefused(
        "claims 1099511627776 entries", oneValue(9, buffer().putInt(0).putLong(1L << 40)));
    assertRefused("neither true nor false", oneValue(7, buffer().put((byte) 2)));
    assertRefused("beyond 2^63", oneValue(10, buffer().putLong(-1)));
    assertRefused("not valid UTF-8", oneValue(8, buffer().putLong(1).put((byte) 0xff)));
  }

  @Test
  void refusesHostileTensors() {
    assertRefused("5 dimensions", tensor("t", 0, 0, 1, 1, 1, 1, 1));
    assertRefused("0 dimensions", tensor("t", 0, 0));
    assertRefused("impossible dimensions", tensor("t", 0, 0, 0));
    assertRefused("impossible dimensions", tensor("t", 0, 0, 1L << 32, 1L << 32));
    assertRefused("impossible dimensions", tensor("t", 0, 0, Long.MAX_VALUE));
    assertRefused("impossible dimensions", tensor("t", 0, 0, -1));
    assertRefused("not a multiple of Q8_0's block", tensor("t", 8, 0, 33));
    assertRefused("not a multiple of Q4_K's block", tensor("t", 12, 0, 288));
    assertRefused("has the format Q2_K (code 10)", tensor("t", 10, 0, 256));
    assertRefused("has the format unknown (code 4294967295)", tensor("t", -1, 0, 256));
    assertRefused("multiple of the alignment", tensor("t", 0, 8, 32));
    assertRefused("multiple of the alignment", tensor("t", 0, -32, 32));
    assertRefused("beyond any file", tensor("t", 0, Long.MAX_VALUE - 31, 32));
  }

  @Test
  void refusesTensorsThatShareBytesOrNames() throws IOException {
    byte[] data = new byte[128];
    new GgufWriter()
        .text("general.name", "x")
        .tensor("one", TensorType.F32, List.of(32L), data)
        .tensor("one", TensorType.F32, List.of(32L), data)
        .write(path);
    assertMessage("'one' is listed twice", () -> Gguf.open(path));
    byte[] bytes = Files.readAllBytes(path);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int second = text.lastIndexOf("one");
    bytes[second] = 't';
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(second + 3 + 4 + 8 + 4, 96);
    Files.write(path, bytes);
    assertMessage("overlaps tensor 'one'", () -> Gguf.open(path));
  }

  @Test
  void refusesAMissingFile() {
    assertMessage("cannot be read", () -> Gguf.open(folder.resolve("absent")));
  }

  private static ByteBuffer buffer() {
    return ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A header with room behind it; callers spoil one of its fields. */
  private static ByteBuffer header() {
    ByteBuffer bytes = buffer();
    bytes.putInt(GgufParser.MAGIC).putInt(3).putLong(1).putLong(1);
    return bytes;
  }

  private static ByteBuffer oneValue(int type, ByteBuffer value) {
    return header().putLong(1).put((byte) 'k').putInt(type).put(value.flip());
  }

  private static ByteBuffer tensor(String name, int type, long offset, long... dimensions) {
    ByteBuffer bytes = oneValue(7, buffer().put((byte) 1));
    bytes.putLong(name.length()).put(name.getBytes(StandardCharsets.UTF_8));
    bytes.putInt(dimensions.length);
    for (long dimension : dimensions) {
      bytes.putLong(dimension);
    }
    return bytes.putInt(type).putLong(offset);
  }

  private static void assertRefused(String problem, ByteBuffer card) {
    assertMessage(problem, () -> Gguf.ofCard("hostile", card.array()));
  }

  private static void assertMessage(
      String part, org.junit.jupiter.api.function.Executable reading) {
    ExactaException e = assertThrows(ExactaException.class, reading);
    assertEquals(ExactaException.Category.FATAL, e.category());
    assertTrue(e.getMessage().contains(part), e.getMessage());
  }
}
