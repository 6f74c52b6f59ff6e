package exacta.numerics;

import exacta.numerics.x86.ByteRow;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Quantized activations as {@link MachineProducts} reads them: in tiles of tokens, the last of
 * which may have fewer, (blocks, tokens) of {@link ByteRow} each. Equals {@link QuantizedRow}. For
 * vectors of 512 bits.
 *
 * <p>A thread that multiplies has one of these, for one product after the other.
 */
final class ByteRows {
  private static final int BLOCK = ScalarKernels.BLOCK;
  private static final int INTS = ByteRow.BYTES / Integer.BYTES;
  private static final int ROUNDER_BITS = Float.floatToRawIntBits(Lanes.ROUNDER);

  private static final ThreadLocal<ByteRows> OF_THREAD = ThreadLocal.withInitial(ByteRows::new);

  private final int tile = MachineCode.code().products().tile();

  /** (tiles)(blocks, tokens, INTS). */
  private int[] records = {};

  private int tokens;
  private int blocks;

  private ByteRows() {}

  /**
   * Room for some tokens.
   *
   * @return the caller's thread's own, until it asks again
   */
  static ByteRows of(int tokens, int cols) {
    ByteRows rows = OF_THREAD.get();
    rows.tokens = tokens;
    rows.blocks = cols / BLOCK;
    rows.records = Scratch.atLeast(rows.records, Math.multiplyExact(tokens * rows.blocks, INTS));
    return rows;
  }

  /**
   * Quantizes tokens {@code from} to {@code to - 1}.
   *
   * @param x (.., cols)
   * @param first the row of token 0
   */
  void fill(float[] x, int first, int from, int to) {
    for (int token = from; token < to; token++) {
      int inTile = token % tile;
      int start = token - inTile;
      int together = Math.min(tile, tokens - start);
      for (int block = 0; block < blocks; block++) {
        int record = start * blocks + block * together + inTile;
        fillBlock(x, ((first + token) * blocks + block) * BLOCK, record * INTS);
      }
    }
  }

  int[] records() {
    return records;
  }

  /** Tokens that lie together, but perhaps for the last ones. */
  int tile() {
    return tile;
  }

  int tokens() {
    return tokens;
  }

  /** Where a tile begins, in bytes. */
  long at(int firstToken) {
    return (long) firstToken * blocks * ByteRow.BYTES;
  }

  private void fillBlock(float[] x, int from, int at) {
    float largest = TiledRows.largest(x, from);
    float inverse = largest == 0 ? 0 : 127 / largest;
    float scale = largest / 127;
    int sum = bytes(x, from, inverse, records, at);
    records[at + ByteRow.SCALE / Integer.BYTES] = Float.floatToRawIntBits(scale);
    records[at + ByteRow.SUM / Integer.BYTES] = Float.floatToRawIntBits(scale * sum);
    records[at + ByteRow.START_8 / Integer.BYTES] = -8 * sum;
    records[at + ByteRow.START_128 / Integer.BYTES] = -128 * sum;
  }

  /** Writes a block's integers, four to an int, and returns their sum. */
  private static int bytes(float[] x, int from, float inverse, int[] to, int at) {
    IntVector sum = IntVector.zero(Lanes.INTS);
    for (int i = 0; i < BLOCK; i += Lanes.COUNT) {
      FloatVector rounded = TiledRows.rounded(x, from + i, inverse);
      IntVector integers = rounded.reinterpretAsInts().sub(ROUNDER_BITS);
      sum = sum.add(integers);
      integers
          .convertShape(VectorOperators.I2B, ByteVector.SPECIES_128, 0)
          .reinterpretAsInts()
          .intoArray(to, at + i / Integer.BYTES);
    }
    return (int) sum.reduceLanesToLong(VectorOperators.ADD);
  }
}
