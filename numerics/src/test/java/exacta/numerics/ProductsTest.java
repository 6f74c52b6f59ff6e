package exacta.numerics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.numerics.RandomWeights.Style;
import exacta.primitives.ExactaException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The fast products give the bits of the scalar ones, for every format. Runs in five JVMs, whose
 * vectors have 128, 256 and 512 bits, the last with machine code, with the part of it that needs no
 * matrix unit, and without.
 */
class ProductsTest {
  private static final Style[] STYLES = Style.values();
  private static final MemorySegment NOTHING = MemorySegment.ofArray(new byte[0]);

  private final RandomWeights random = new RandomWeights(20261124);
  private final Workers one = new Workers(1);
  private final Workers two = new Workers(2);
  private final Kernels scalar = Kernels.scalar();
  private final Kernels[] fast = {Kernels.vector(one), Kernels.vector(two)};

  @AfterEach
  void endWorkers() {
    one.close();
    two.close();
  }

  /** Otherwise three runs would test the same width. Every machine has vectors of 128 bits. */
  @Test
  void usesVectorsOfTheWidthThatTheJvmWasGiven() {
    int bits = Integer.getInteger("exacta.vector.bits");
    assertTrue(Lanes.SHAPE.vectorBitSize() <= bits);
    assertTrue(bits > 128 || Lanes.SHAPE.vectorBitSize() == bits);
  }

  /** Otherwise several runs would test the same. */
  @Test
  void usesMachineCodeWhereThatIsWhatTheJvmIsFor() throws IOException {
    boolean off = Boolean.getBoolean("exacta.machine.code.off");
    Path processor = Path.of("/proc/cpuinfo");
    String flags = Files.exists(processor) ? Files.readString(processor) : "";
    boolean able = flags.contains(" avx512_vnni ") && flags.contains(" avx512vbmi ");
    boolean wide = Lanes.SHAPE.vectorBitSize() == 512;
    boolean here = able && wide && !off;
    assertEquals(here, MachineCode.isHere());
    boolean hasUnit = flags.contains(" amx_tile ") && flags.contains(" amx_int8 ");
    boolean unitOff = Boolean.getBoolean("exacta.matrix.unit.off");
    assertEquals(here && hasUnit && !unitOff, MachineCode.hasMatrixUnit());
  }

  @ParameterizedTest
  @EnumSource
  void knowsWhatAMatrixTakesInMemory(WeightFormat format) {
    for (int rows : new int[] {16, 33, 70}) {
      int cols = cols(format, 3);
      byte[] data = random.matrix(format, rows, cols, Style.ORDINARY);
      StoredMatrix stored = new StoredMatrix(format, rows, cols, MemorySegment.ofArray(data));
      long known = fast[0].bytes(format, rows, cols);
      long taken = arrayBytes(PackedMatrix.of("w", stored, one));
      assertTrue(known <= taken && taken <= known + 64, known + " and " + taken);
    }
    assertThrows(ExactaException.class, () -> fast[0].load("w", format, 1 << 20, 1 << 13, NOTHING));
  }

  private static long arrayBytes(PackedMatrix matrix) {
    return switch (matrix) {
      case PlainMatrix plain -> 4L * plain.floats().length + 2L * plain.shorts().length;
      case NibbleMatrix nibbles -> 2L * nibbles.shorts().length + 2L * nibbles.halves().length;
      case ByteMatrix bytes ->
          bytes.bytes().length + multipleBytes(bytes.scales()) + multipleBytes(bytes.minima());
    };
  }

  private static long multipleBytes(ByteMatrix.Multiples multiples) {
    return 2L * multiples.halves().length + multiples.factors().length;
  }

  @ParameterizedTest
  @EnumSource
  void multipliesAroundTheEdgesOfGroups(WeightFormat format) {
    int turn = 0;
    for (int rows = 1; rows <= 70; rows += rows % 16 < 2 || rows % 16 == 15 ? 1 : 5) {
      compare(format, rows, cols(format, 1 + turn % 3), 1 + turn % 13, STYLES[turn % 4]);
      turn++;
    }
  }

  @ParameterizedTest
  @EnumSource
  void multipliesEveryBatchOfUpToTwentyTokens(WeightFormat format) {
    for (int tokens = 1; tokens <= 20; tokens++) {
      compare(format, 37, cols(format, 2), tokens, STYLES[tokens % 4]);
    }
  }

  @ParameterizedTest
  @EnumSource
  void multipliesRowsOfEveryLength(WeightFormat format) {
    for (int length = 1; length <= (format.isQuantized() ? 9 : 50); length++) {
      compare(format, 9, cols(format, length), 1 + length % 5 * 2, STYLES[length % 4]);
    }
  }

  @ParameterizedTest
  @EnumSource
  void multipliesMoreTokensThanAreQuantizedInOneGo(WeightFormat format) {
    compare(format, 17, cols(format, 1), 270, Style.ORDINARY);
  }

  /** The matrix unit's code takes long rows piece by piece, and several groups of them. */
  @ParameterizedTest
  @EnumSource
  void multipliesLongRows(WeightFormat format) {
    for (int cols : new int[] {512, 768, 1024, 1536, 1792}) {
      compare(format, 17, cols, 9 + cols % 11, STYLES[cols / 256 % 4]);
      compare(format, 101, cols, 9 + cols % 7, Style.ORDINARY);
      compare(format, 33, cols, 32, Style.ORDINARY);
    }
    compare(format, 33, cols(format, 25), 17, Style.ORDINARY); // a piece of a single block
  }

  /** Blocks of activations that count as zeros beside others, and values between two integers. */
  @ParameterizedTest
  @EnumSource
  void multipliesActivationsOfEveryMagnitude(WeightFormat format) {
    float least = ScalarKernels.QUANTIZE_MIN;
    float[] magnitudes = {
      0, Float.MIN_VALUE, Math.nextDown(least), least, Math.nextUp(least), 127, 0x1p60f
    };
    int cols = cols(format, Math.ceilDiv(21 * ScalarKernels.BLOCK, format.blockElements()));
    for (int tokens : new int[] {1, 9, 18}) {
      float[] x = new float[tokens * cols];
      for (int i = 0; i < x.length; i++) {
        float magnitude = magnitudes[i / ScalarKernels.BLOCK % magnitudes.length];
        int halves = i * 37 % 255 - 127; // every other one is halfway between two integers
        x[i] = i % ScalarKernels.BLOCK == 7 ? -magnitude : magnitude * halves / 254;
      }
      compare(format, 33, cols, tokens, Style.ORDINARY, x);
    }
  }

  /** So many products that they go past the caches, if they begin with a line of them. */
  @ParameterizedTest
  @EnumSource(names = {"Q4_0", "Q4_1", "Q8_0"})
  void writesManyProductsWhereverTheyBegin(WeightFormat format) {
    int rows = 17424; // 16 more than a multiple of 32
    int tokens = 129;
    for (int cols : new int[] {32, 800}) {
      MemorySegment data = MemorySegment.ofArray(random.matrix(format, rows, cols, Style.ORDINARY));
      float[] x = random.activations(tokens * cols, Style.ORDINARY);
      WeightMatrix matrix = fast[1].load("w", format, rows, cols, data);
      float[] expected = new float[tokens * rows];
      for (int first = 0; first < tokens; first += 43) { // few enough for the caches
        float[] part = new float[43 * rows];
        fast[1].multiply(matrix, Arrays.copyOfRange(x, first * cols, x.length), 43, part);
        System.arraycopy(part, 0, expected, first * rows, part.length);
      }
      float[] actual = new float[16 + expected.length];
      // Of 16 offsets one is a line's beginning, as long as the array stays where it is.
      for (int at = 0; at < (MachineCode.hasMatrixUnit() ? 16 : 1); at++) {
        fast[1].multiply(matrix, x, tokens, actual, at);
        int end = at + expected.length;
        assertSameBits(expected, Arrays.copyOfRange(actual, at, end), format + " at " + at);
        Arrays.fill(actual, at, end, 0);
        assertSameBits(new float[actual.length], actual, "what lies around them");
      }
    }
  }

  private static int cols(WeightFormat format, int blocks) {
    return format.blockElements() * blocks;
  }

  private void compare(WeightFormat format, int rows, int cols, int tokens, Style style) {
    compare(format, rows, cols, tokens, style, random.activations(tokens * cols, style));
  }

  private void compare(
      WeightFormat format, int rows, int cols, int tokens, Style style, float[] x) {
    MemorySegment data = MemorySegment.ofArray(random.matrix(format, rows, cols, style));
    float[] expected = new float[tokens * rows];
    WeightMatrix reference = scalar.load("w", format, rows, cols, data);
    scalar.multiply(reference, x, tokens, expected);
    String what = format + " " + rows + "x" + cols + ", tokens " + tokens + ", " + style;
    for (Kernels kernels : fast) {
      WeightMatrix matrix = kernels.load("w", format, rows, cols, data);
      float[] actual = new float[expected.length];
      kernels.multiply(matrix, x, tokens, actual);
      assertSameBits(expected, actual, what);
      for (int row = 0; row < rows; row += Math.max(1, rows - 1)) {
        float[] decoded = new float[cols];
        float[] wanted = new float[cols];
        kernels.decodeRow(matrix, row, decoded, 0);
        scalar.decodeRow(reference, row, wanted, 0);
        assertSameBits(wanted, decoded, what + ", decoded");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void refusesWhatIsNotFiniteAndSaysWhere(WeightFormat format) {
    int cols = cols(format, 2);
    int[] places =
        switch (format) {
          case F32 -> new int[] {2};
          case Q6_K -> new int[] {208};
          default -> format.hasMinima() ? new int[] {0, 2} : new int[] {0};
        };
    for (int place : places) {
      byte[] data = random.matrix(format, 5, cols, Style.ORDINARY);
      int at = (int) (3 * format.rowBytes(cols)) + format.blockBytes() + place;
      data[at] = 0;
      data[at + 1] =
          (byte) (format == WeightFormat.F32 || format == WeightFormat.BF16 ? 0xff : 0xfc);
      if (format == WeightFormat.F32 || format == WeightFormat.BF16) {
        data[at] = (byte) 0x80;
      }
      for (Kernels kernels : new Kernels[] {scalar, fast[0], fast[1]}) {
        ExactaException refusal =
            assertThrows(
                ExactaException.class,
                () -> kernels.load("blk.0.w", format, 5, cols, MemorySegment.ofArray(data)));
        assertEquals(ExactaException.Category.FATAL, refusal.category());
        assertTrue(refusal.getMessage().contains("'blk.0.w'"), refusal.getMessage());
        assertTrue(refusal.getMessage().contains("row 3, block 1;"), refusal.getMessage());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void showsActivationsThatAreNotFinite(WeightFormat format) {
    int cols = cols(format, 2);
    MemorySegment data = MemorySegment.ofArray(random.matrix(format, 5, cols, Style.ORDINARY));
    for (Kernels kernels : new Kernels[] {scalar, fast[0], fast[1]}) {
      WeightMatrix matrix = kernels.load("w", format, 5, cols, data);
      for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
        for (int tokens : new int[] {1, 9}) {
          float[] x = random.activations(tokens * cols, Style.ORDINARY);
          x[tokens * cols - 1] = bad;
          float[] out = new float[tokens * 5];
          kernels.multiply(matrix, x, tokens, out);
          assertFalse(Elementary.allFinite(out, (tokens - 1) * 5, 5), format + " with " + bad);
          assertTrue(Elementary.allFinite(out, 0, (tokens - 1) * 5), "the other tokens");
        }
      }
    }
  }

  private static void assertSameBits(float[] expected, float[] actual, String what) {
    for (int i = 0; i < expected.length; i++) {
      if (Float.floatToRawIntBits(expected[i]) != Float.floatToRawIntBits(actual[i])) {
        throw new AssertionError(
            what + ": value " + i + " is " + actual[i] + ", not " + expected[i]);
      }
    }
  }
}
