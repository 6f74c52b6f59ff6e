package exacta.engine.gguf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.primitives.ExactaException;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever a stranger makes of a file: it is read, or refused with one clear error, in time and
 * memory that its size bounds. A failure names the seed that repeats it.
 */
@Timeout(120)
class GgufFuzzTest {
  private static final long[] EXTREMES = {
    0,
    1,
    2,
    3,
    4,
    8,
    9,
    31,
    32,
    33,
    255,
    256,
    65_535,
    65_536,
    1L << 31,
    (1L << 32) - 1,
    1L << 32,
    1L << 40,
    Long.MAX_VALUE - 31,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    -1,
    -32
  };

  /** Memory that a reader may take for each byte of a file; strings of no bytes are the worst. */
  private static final int MEMORY_PER_BYTE = 40;

  private static final int MEMORY_AT_LEAST = 200_000;

  @TempDir Path folder;

  private interface Reading {
    void run() throws IOException;
  }

  /** A file with values of each kind, some of them in lists. */
  private byte[] kinds() throws IOException {
    Path path = folder.resolve("kinds.gguf");
    new GgufWriter()
        .text("general.architecture", "llama")
        .integer("general.alignment", 64)
        .flag("flag", true)
        .real("real", 1.5f)
        .integers("wholes", 1, -2, 3)
        .texts("texts", List.of("", "a", "\uD83D\uDE00"))
        .tensor("vector", TensorType.F32, List.of(16L), new byte[64])
        .tensor("cube", TensorType.Q8_0, List.of(32L, 2L, 2L), new byte[4 * 34])
        .tensor("last", TensorType.Q4_1, List.of(32L, 1L), new byte[20])
        .write(path);
    return Files.readAllBytes(path);
  }

  private byte[] sample() throws IOException {
    Path path = folder.resolve("sample.gguf");
    GgufTest.sample().write(path);
    return Files.readAllBytes(path);
  }

  @Test
  void readsOrRefusesAnyHeader() throws IOException {
    List<byte[]> files = List.of(kinds(), sample());
    int refused = 0;
    for (int seed = 0; seed < 30_000; seed++) {
      byte[] damaged = mutate(files.get(seed % files.size()), new Random(seed));
      int read = seed;
      boolean ok =
          survives(seed, damaged.length, () -> Gguf.ofCard("seed " + read, damaged).close());
      refused += ok ? 0 : 1;
    }
    assertTrue(refused > 20_000, "refused " + refused);
  }

  @Test
  void readsOrRefusesAnyFile() throws IOException {
    List<byte[]> files = List.of(kinds(), sample());
    int opened = 0;
    Path path = folder.resolve("damaged.gguf");
    for (int seed = 0; seed < 3_000; seed++) {
      byte[] damaged = mutate(files.get(seed % files.size()), new Random(~seed));
      Files.write(path, damaged);
      opened += survives(seed, damaged.length, () -> touch(path)) ? 1 : 0;
    }
    assertTrue(opened > 300, "opened " + opened);
  }

  @Test
  void readsOrRefusesAnyParts() throws IOException {
    int opened = 0;
    for (int seed = 0; seed < 1_000; seed++) {
      Random random = new Random(seed);
      List<Path> parts = GgufSplitTest.write(folder, 3);
      Path part = parts.get(random.nextInt(parts.size()));
      Files.write(part, mutate(Files.readAllBytes(part), random));
      opened += survives(seed, 3_000, () -> touch(parts.getFirst())) ? 1 : 0;
    }
    assertTrue(opened > 100, "opened " + opened);
  }

  /** Reads all bytes that a file says it has. */
  private static void touch(Path path) {
    try (Gguf gguf = Gguf.open(path)) {
      for (GgufTensor tensor : gguf.tensors()) {
        assertEquals(tensor.bytes(), gguf.data(tensor).toArray(ValueLayout.JAVA_BYTE).length);
      }
      gguf.metadata().keys().forEach(key -> gguf.metadata().values().get(key).hashCode());
    }
  }

  private static boolean survives(int seed, int bytes, Reading reading) throws IOException {
    long before = allocated();
    boolean read = true;
    try {
      reading.run();
    } catch (ExactaException e) {
      assertEquals(ExactaException.Category.FATAL, e.category(), () -> "seed " + seed);
      assertTrue(e.getMessage().length() < 3000, () -> "seed " + seed + ": " + e.getMessage());
      read = false;
    } catch (RuntimeException e) {
      throw new AssertionError("seed " + seed, e);
    }
    long taken = allocated() - before;
    assertTrue(
        taken <= MEMORY_AT_LEAST + (long) bytes * MEMORY_PER_BYTE,
        () -> "seed " + seed + " took " + taken + " bytes");
    return read;
  }

  private static long allocated() {
    return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean())
        .getCurrentThreadAllocatedBytes();
  }

  /** One to three changes: of bytes, of numbers, of length, or of places. */
  private static byte[] mutate(byte[] file, Random random) {
    byte[] damaged = file.clone();
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at = random.nextInt(damaged.length);
      int length = random.nextInt(Math.min(64, damaged.length - at)) + 1;
      switch (random.nextInt(7)) {
        case 0 -> damaged[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> damaged[at] = (byte) random.nextInt();
        case 2 -> put(damaged, at, Long.BYTES, random);
        case 3 -> put(damaged, at, Integer.BYTES, random);
        case 4 -> {
          int to = random.nextInt(damaged.length - length + 1);
          System.arraycopy(damaged, at, damaged, to, length);
        }
        case 5 -> damaged = Arrays.copyOf(damaged, Math.max(1, at));
        default -> damaged = insert(damaged, at, length);
      }
    }
    return damaged;
  }

  private static void put(byte[] bytes, int at, int size, Random random) {
    ByteBuffer value = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    value.putLong(EXTREMES[random.nextInt(EXTREMES.length)]);
    System.arraycopy(value.array(), 0, bytes, at, Math.min(size, bytes.length - at));
  }

  /** Doubles a stretch, so that all that comes after it moves. */
  private static byte[] insert(byte[] bytes, int at, int length) {
    byte[] longer = Arrays.copyOf(bytes, bytes.length + length);
    System.arraycopy(bytes, at, longer, at + length, bytes.length - at);
    return longer;
  }
}
