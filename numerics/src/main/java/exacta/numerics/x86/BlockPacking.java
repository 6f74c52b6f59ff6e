package exacta.numerics.x86;

import exacta.numerics.x86.Assembler.Label;
import exacta.numerics.x86.BlockProducts.Weights;
import exacta.primitives.Check;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Repacks groups of rows of weights from the order of a file to that of {@link BlockProducts}. The
 * same in Java is a loop over single bytes. Safe for many threads.
 */
public final class BlockPacking {
  /** The numbers, as longs, that say what a call does; offsets are in bytes. */
  enum Job {
    /** Where the group's weights start. */
    WEIGHTS,
    /** Where its scales start. */
    SCALES,
    /** Of 32 columns. */
    BLOCKS
  }

  /** Rows of two vectors; their places, as ints, begin the table of a call. */
  private static final int ROWS_MAX = 32;

  /** Where in the table what the function returns is: the greatest exponents of scales. */
  static final int GREATEST = ROWS_MAX;

  private static final int EXPONENT = 0x7c00;

  private final Map<Weights, MemorySegment> functions;

  private BlockPacking(Map<Weights, MemorySegment> functions) {
    this.functions = functions;
  }

  /** Writes the functions; what it returns knows where they are, given the memory with the code. */
  static Function<MemorySegment, BlockPacking> write(Assembler code) {
    PackingCode.Constants constants = PackingCode.Constants.write(code);
    Map<Weights, Label> starts = new EnumMap<>(Weights.class);
    for (Weights kind : Weights.values()) {
      starts.put(kind, PackingCode.write(code, kind, constants));
    }
    return memory -> {
      Map<Weights, MemorySegment> functions = new EnumMap<>(Weights.class);
      starts.forEach((kind, label) -> functions.put(kind, label.in(memory)));
      return new BlockPacking(functions);
    };
  }

  /**
   * Repacks one group.
   *
   * @param blocks of 32 columns
   * @param stored all rows of the group, one behind the other, each (blocks), as in a file
   * @param weights become as {@link BlockProducts#multiply} reads them, from the place in bytes on
   * @param scales likewise
   * @return whether all scales and minima are finite
   */
  public boolean pack(
      Weights kind,
      int blocks,
      byte[] stored,
      MemorySegment weights,
      long weightsAt,
      MemorySegment scales,
      long scalesAt) {
    int rows = kind.rows();
    int rowBytes = Math.multiplyExact(blocks, kind.storedBytes());
    MemorySegment from = MemorySegment.ofArray(stored);
    BlockProducts.requireInside(from, 0, Math.multiplyExact((long) rows, rowBytes));
    Check.that(blocks > 0 && weightsAt >= 0 && scalesAt >= 0, "there are blocks");
    BlockProducts.requireInside(weights, weightsAt, kind.weightBytes(blocks));
    BlockProducts.requireInside(scales, scalesAt, kind.scaleBytes(blocks));
    int[] table = new int[ROWS_MAX + BlockProductCode.VECTOR / Integer.BYTES];
    for (int row = 0; row < rows; row++) {
      table[row] = row * rowBytes;
    }
    long[] job = {weightsAt, scalesAt, blocks}; // in the order of Job
    Call.run(functions.get(kind), from, weights, scales, MemorySegment.ofArray(table), job);
    for (int i = GREATEST; i < table.length; i++) {
      if ((table[i] & 0xffff) == EXPONENT || table[i] >>> Short.SIZE == EXPONENT) {
        return false;
      }
    }
    return true;
  }
}
