package exacta.numerics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.numerics.RandomWeights.Style;
import exacta.primitives.ExactaException;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Repacking changes no weight and hides none that is not finite, by Java or by machine code. */
class PackedMatrixTest {
  private final Random random = new Random(20261128);
  private final RandomWeights weights = new RandomWeights(20261128);
  private final Workers workers = new Workers(2);

  @AfterEach
  void endWorkers() {
    workers.close();
  }

  private PackedMatrix pack(StoredMatrix stored) {
    return PackedMatrix.of("w", stored, workers);
  }

  private static StoredMatrix stored(WeightFormat format, int rows, int cols, byte[] data) {
    return new StoredMatrix(format, rows, cols, MemorySegment.ofArray(data));
  }

  @ParameterizedTest
  @EnumSource
  void keepsEveryWeight(WeightFormat format) {
    for (int rows : new int[] {1, 15, 16, 17, 31, 32, 33, 70}) {
      for (int length = 1; length <= 4; length++) {
        int cols = length * format.blockElements();
        byte[] data = weights.matrix(format, rows, cols, Style.values()[length - 1]);
        StoredMatrix stored = stored(format, rows, cols, data);
        PackedMatrix packed = pack(stored);
        for (int row = 0; row < rows; row++) {
          for (int col = 0; col < cols; col++) {
            int wanted = Float.floatToRawIntBits(stored.weight(row, col));
            assertEquals(wanted, Float.floatToRawIntBits(packed.weight(row, col)));
          }
        }
      }
    }
  }

  /** Large enough for two threads, each of which has a number that is not finite in its turn. */
  @ParameterizedTest
  @EnumSource(names = {"Q4_0", "Q4_1", "Q8_0", "Q4_K"})
  void sharesLargeMatrices(WeightFormat format) {
    int rows = 81;
    int cols = 1 << 15;
    byte[] data = weights.matrix(format, rows, cols, Style.ORDINARY);
    StoredMatrix stored = stored(format, rows, cols, data);
    PackedMatrix packed = pack(stored);
    for (int row = 0; row < rows; row++) {
      for (int col = row; col < cols; col += 7) {
        assertEquals(stored.weight(row, col), packed.weight(row, col));
      }
    }
    for (int row : new int[] {rows - 1, 3}) {
      int block = (row + 1) * (cols / format.blockElements()) - 1;
      data[block * format.blockBytes() + StoredMatrix.exponentBytes(format)[0]] |= 0x7c;
      ExactaException refusal = assertThrows(ExactaException.class, () -> pack(stored));
      assertTrue(refusal.getMessage().contains("row " + row + ","), refusal.getMessage());
    }
  }

  /** What lies past the last row is multiplied, too, though never used. */
  @ParameterizedTest
  @EnumSource
  void leavesZerosPastTheLastRow(WeightFormat format) {
    int cols = format.blockElements();
    byte[] data = weights.matrix(format, 33, cols, Style.LARGEST);
    switch (pack(stored(format, 33, cols, data))) {
      case NibbleMatrix n -> {
        for (int at = n.at(1, 0); at < n.shorts().length; at += NibbleMatrix.ROWS) {
          for (int lane = 1; lane < NibbleMatrix.ROWS; lane++) {
            assertEquals(0, n.shorts()[at + lane]);
          }
        }
      }
      case ByteMatrix b -> {
        for (int col = 0; col < cols; col++) {
          for (int lane = 1; lane < ByteMatrix.ROWS; lane++) {
            assertEquals(0, b.bytes()[(2 * cols + col) * ByteMatrix.ROWS + lane]);
          }
        }
      }
      case PlainMatrix p -> assertEquals(33 * cols, p.floats().length + p.shorts().length);
    }
  }

  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"F32", "F16", "BF16"})
  void saysWhereANumberIsNotFinite(WeightFormat format) {
    int rows = 37;
    int blocks = 3;
    int cols = blocks * format.blockElements();
    int[] places = StoredMatrix.exponentBytes(format);
    for (int i = 0; i < 40; i++) {
      byte[] data = weights.matrix(format, rows, cols, Style.ORDINARY);
      int block = i == 0 ? rows * blocks - 1 : random.nextInt(rows * blocks);
      data[block * format.blockBytes() + places[i % places.length]] |= 0x7c;
      StoredMatrix stored = stored(format, rows, cols, data);
      ExactaException refusal = assertThrows(ExactaException.class, () -> pack(stored));
      String where = "row " + block / blocks + ", block " + block % blocks + ";";
      assertTrue(refusal.getMessage().contains(where), refusal.getMessage());
    }
  }
}
