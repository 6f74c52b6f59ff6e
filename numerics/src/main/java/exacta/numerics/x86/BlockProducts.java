package exacta.numerics.x86;

import exacta.numerics.x86.Assembler.Label;
import exacta.primitives.Check;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Products of quantized activations with groups of rows of quantized weights by instructions that
 * Java cannot reach: those that multiply bytes and add (VNNI), on vectors of 512 bits, and for many
 * tokens those of the matrix unit (AMX). Only on processors that have them. Safe for many threads.
 */
public final class BlockProducts {
  /** So many bytes of products are more than a core's own caches hold. */
  private static final long STREAM_BYTES = 1 << 23;

  /** What the weights of a group are. */
  public enum Weights {
    /** 32 rows of nibbles, as in Q4_0; each stands for itself less 8. */
    NIBBLES(2, false),
    /** 32 rows of nibbles with minima, as in Q4_1. */
    NIBBLES_WITH_MINIMA(2, true),
    /** 16 rows of signed bytes, as in Q8_0. */
    BYTES(1, false);

    private final int vectors;
    private final boolean minima;

    Weights(int vectors, boolean minima) {
      this.vectors = vectors;
      this.minima = minima;
    }

    /** Vectors of rows. */
    int vectors() {
      return vectors;
    }

    /** Rows of a group. */
    public int rows() {
      return vectors * BlockProductCode.VECTOR / Integer.BYTES;
    }

    boolean isNibbles() {
      return this != BYTES;
    }

    boolean hasMinima() {
      return minima;
    }

    /** Bytes of a block's scale and minimum, with which it begins in a file. */
    int storedHalves() {
      return minima ? 2 * Short.BYTES : Short.BYTES;
    }

    /** Bytes of a block of 32 columns in a file. */
    public int storedBytes() {
      return storedHalves() + (isNibbles() ? BlockProductCode.BLOCK / 2 : BlockProductCode.BLOCK);
    }

    /** From a block of a group to the next one: nibbles have their scales and minima in between. */
    int weightsStep() {
      return BlockProductCode.BLOCK_BYTES + (isNibbles() ? blockScales() : 0);
    }

    /** From a block's scales to the next one's. */
    int scalesStep() {
      return isNibbles() ? weightsStep() : blockScales();
    }

    /** From a block's scales to its minima, if it has any: they come at once. */
    int toMinima() {
      return vectors * BlockProductCode.SCALES_BYTES;
    }

    /** Bytes of a block's scales and minima. */
    private int blockScales() {
      return vectors * BlockProductCode.SCALES_BYTES * (minima ? 2 : 1);
    }

    /** Bytes from a group's first weight to its last one. */
    long weightBytes(long blocks) {
      return (blocks - 1) * weightsStep() + BlockProductCode.BLOCK_BYTES;
    }

    /** Bytes from a group's first scale to its last one or last minimum. */
    long scaleBytes(long blocks) {
      return (blocks - 1) * scalesStep() + blockScales();
    }

    /** What sums start with, in a token's record. */
    int start() {
      return isNibbles() ? ByteRow.START_8 : ByteRow.START_128;
    }
  }

  /** The numbers, as longs, that say what a call does; offsets and strides are in bytes. */
  public enum Job {
    /** Where the first group's weights start. */
    WEIGHTS,
    /** From a group's weights to the next one's. */
    WEIGHTS_STRIDE,
    /** Where its scales start. */
    SCALES,
    /** From a group's scales to the next one's. */
    SCALES_STRIDE,
    /** Of rows of weights, one behind the other. */
    GROUPS,
    /** Where the first tile's rows start. */
    ROWS,
    /** Where the first token's products go. */
    OUT,
    /** From a token's products to the next one's. */
    OUT_STRIDE,
    /** Of 32 columns. */
    BLOCKS,
    /** Tiles of tokens, whose rows follow one another. */
    TILES,

    // What multiply itself sets.

    /** From a tile's rows to the next one's. */
    TILE_STRIDE,

    /** How far ahead of their use memory is asked for weights when they are unpacked. */
    AHEAD,
    /** For how many bytes of the next group's weights memory is asked with each block of a tile. */
    ASKED,
    /** 1 if products go past the caches where they begin with a line of them, or else 0. */
    STREAM;

    /** How many numbers there are. */
    public static final int COUNT = values().length;
  }

  /** Functions of a kind, for 1, 2 and more tokens. */
  private final Map<Weights, List<MemorySegment>> functions;

  private final boolean matrixUnit;

  private BlockProducts(Map<Weights, List<MemorySegment>> functions, boolean matrixUnit) {
    this.functions = functions;
    this.matrixUnit = matrixUnit;
  }

  /** Writes the functions; what it returns knows where they are, given the memory with the code. */
  static Function<MemorySegment, BlockProducts> write(Assembler code, boolean matrixUnit) {
    Label transposition = BlockProductCode.writeTransposition(code);
    Map<Weights, List<Label>> starts = new EnumMap<>(Weights.class);
    for (Weights kind : Weights.values()) {
      List<Label> labels = new ArrayList<>();
      for (int tokens = 1; tokens <= tile(matrixUnit); tokens++) {
        labels.add(
            matrixUnit && tokens >= TileProductCode.TOKENS_MIN
                ? TileProductCode.write(code, kind, tokens, transposition)
                : BlockProductCode.write(code, kind, tokens, transposition));
      }
      starts.put(kind, labels);
    }
    return memory -> {
      Map<Weights, List<MemorySegment>> functions = new EnumMap<>(Weights.class);
      starts.forEach((kind, labels) ->
          functions.put(kind, labels.stream().map(label -> label.in(memory)).toList()));
      return new BlockProducts(functions, matrixUnit);
    };
  }

  private static int tile(boolean matrixUnit) {
    return matrixUnit ? TileProductCode.TOKENS_MAX : BlockProductCode.TOKENS_MAX;
  }

  /** The most tokens that are multiplied together. */
  public int tile() {
    return tile(matrixUnit);
  }

  /** Whether tiles of many tokens are the matrix unit's. */
  public boolean hasMatrixUnit() {
    return matrixUnit;
  }

  /**
   * Multiplies some groups.
   *
   * @param tokens that are multiplied together, at most {@link #tile}
   * @param weights of each group (blocks, 8, rows, 2 or 4): bytes as {@code NibbleMatrix} has them,
   *     each block's scales and minima behind its weights, or 4 columns of 16 rows
   * @param scales of each group (blocks, rows), f16; for nibbles the array of weights again
   * @param rows (tiles, blocks, tokens) of {@link ByteRow}
   * @param out (tokens, .. rows ..), floats
   * @param job by the ordinals of {@link Job}, some of which are set here; what lies outside its
   *     array fails a check
   */
  public void multiply(
      Weights kind,
      int tokens,
      MemorySegment weights,
      MemorySegment scales,
      MemorySegment rows,
      MemorySegment out,
      long[] job) {
    long blocks = of(job, Job.BLOCKS);
    long groups = of(job, Job.GROUPS);
    long all = of(job, Job.TILES) * tokens;
    long last = (all - 1) * of(job, Job.OUT_STRIDE);
    long lastWeights = (groups - 1) * of(job, Job.WEIGHTS_STRIDE);
    long lastScales = (groups - 1) * of(job, Job.SCALES_STRIDE);
    long outBytes = groups * kind.vectors() * BlockProductCode.VECTOR;
    Check.that(groups > 0 && all > 0 && blocks > 0, "there is something to multiply");
    for (long number : job) {
      Check.that(number >= 0, "nothing lies before its array");
    }
    requireInside(weights, of(job, Job.WEIGHTS), lastWeights + kind.weightBytes(blocks));
    requireInside(scales, of(job, Job.SCALES), lastScales + kind.scaleBytes(blocks));
    long tileBytes = blocks * tokens * ByteRow.BYTES;
    requireInside(rows, of(job, Job.ROWS), of(job, Job.TILES) * tileBytes);
    requireInside(out, of(job, Job.OUT), last + outBytes);
    set(job, Job.TILE_STRIDE, tileBytes);
    tune(kind, job, all);
    Call.run(functions.get(kind).get(tokens - 1), weights, scales, rows, out, job);
  }

  /**
   * Memory is best asked for weights little by little, beside the work with others, if there is
   * enough of it to ask for all.
   */
  private static void tune(Weights kind, long[] job, long tokens) {
    long blocks = of(job, Job.TILES) * kind.vectors() * of(job, Job.BLOCKS);
    long asked = Math.ceilDiv(of(job, Job.WEIGHTS_STRIDE), blocks);
    boolean isEnough = asked <= BlockProductCode.VECTOR;
    set(job, Job.AHEAD, isEnough ? 0 : BlockProductCode.AHEAD);
    set(job, Job.ASKED, isEnough ? asked : 0);
    long outStride = of(job, Job.OUT_STRIDE);
    boolean isLines = outStride % BlockProductCode.VECTOR == 0;
    set(job, Job.STREAM, isLines && tokens * outStride >= STREAM_BYTES ? 1 : 0);
  }

  private static void set(long[] job, Job field, long value) {
    job[field.ordinal()] = value;
  }

  private static long of(long[] job, Job field) {
    return job[field.ordinal()];
  }

  /** Machine code does not look where it writes. */
  static void requireInside(MemorySegment array, long from, long count) {
    Check.that(from + count <= array.byteSize(), "machine code stays in its arrays");
  }
}
