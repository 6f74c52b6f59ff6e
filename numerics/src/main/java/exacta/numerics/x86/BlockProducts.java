package exacta.numerics.x86;

import static java.lang.foreign.ValueLayout.ADDRESS;

import exacta.numerics.x86.Assembler.Label;
import exacta.primitives.Check;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Products of quantized activations with groups of rows of quantized weights by instructions that
 * Java cannot reach: those that multiply bytes and add (VNNI), on vectors of 512 bits, and for many
 * tokens those of the matrix unit (AMX). Only on processors that have them. Safe for many threads.
 */
public final class BlockProducts {
  /** Vectors of sums that a function has in registers. */
  private static final int SUMS = 16;

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

    boolean isNibbles() {
      return this != BYTES;
    }

    boolean hasMinima() {
      return minima;
    }

    /** What sums start with, in a token's row. */
    int start() {
      return isNibbles() ? ByteRow.START_8 : ByteRow.START_128;
    }

    /** The most tokens that vectors multiply together. */
    private int vectorTile() {
      return SUMS / vectors;
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
    /** From a block's scales to its minima. */
    TO_MINIMA,
    /** Where the first token's row starts. */
    ROWS,
    /** From a token's row to the next one's. */
    ROW_STRIDE,
    /** Where the first token's products go. */
    OUT,
    /** From a token's products to the next one's. */
    OUT_STRIDE,
    /** Of 32 columns. */
    BLOCKS,
    /** How often the tokens are multiplied, with the rows that follow. */
    TILES,

    // What multiply itself sets.

    /** How far ahead of their use memory is asked for weights when they are unpacked. */
    AHEAD,
    /** For how many bytes of the next group's weights memory is asked with each block of a tile. */
    ASKED,
    /** 1 if products go past the caches where they begin with a line of them, or else 0. */
    STREAM;

    /** How many numbers there are. */
    public static final int COUNT = values().length;
  }

  /** Linked once there is something to call. */
  private static final class Call {
    /** Without a safepoint: a call takes from microseconds to a millisecond. */
    @SuppressWarnings("restricted")
    private static final MethodHandle HANDLE =
        Linker.nativeLinker()
            .downcallHandle(
                FunctionDescriptor.ofVoid(ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS),
                Linker.Option.critical(true));
  }

  /** Functions of a kind, for 1, 2 and more tokens. */
  private final Map<Weights, List<MemorySegment>> functions = new EnumMap<>(Weights.class);

  private final boolean matrixUnit;

  private BlockProducts(
      MemorySegment memory, Map<Weights, List<Label>> starts, boolean matrixUnit) {
    starts.forEach((kind, labels) ->
        functions.put(kind, labels.stream().map(label -> memory.asSlice(label.at())).toList()));
    this.matrixUnit = matrixUnit;
  }

  /**
   * Empty on other processors and systems, and where the JVM or the system forbids code of ours.
   * Only for where Java has vectors of 512 bits: they show that the system saves such registers.
   *
   * @param mayUseMatrixUnit if there is one
   */
  public static Optional<BlockProducts> onThisMachine(boolean mayUseMatrixUnit) {
    return Processor.hasByteProducts()
        ? write(mayUseMatrixUnit && Processor.hasMatrixUnit())
        : Optional.empty();
  }

  private static Optional<BlockProducts> write(boolean matrixUnit) {
    Assembler code = new Assembler();
    Label transposition = BlockProductCode.writeTransposition(code);
    Map<Weights, List<Label>> starts = new EnumMap<>(Weights.class);
    for (Weights kind : Weights.values()) {
      List<Label> labels = new ArrayList<>();
      for (int tokens = 1; tokens <= tile(kind, matrixUnit); tokens++) {
        labels.add(
            matrixUnit && tokens >= TileProductCode.TOKENS_MIN
                ? TileProductCode.write(code, kind, tokens, transposition)
                : BlockProductCode.write(code, kind, tokens, transposition));
      }
      starts.put(kind, labels);
    }
    return ExecutableMemory.of(code.bytes())
        .map(memory -> new BlockProducts(memory, starts, matrixUnit));
  }

  private static int tile(Weights kind, boolean matrixUnit) {
    return matrixUnit ? TileProductCode.TOKENS_MAX : kind.vectorTile();
  }

  /** The most tokens that are multiplied together. */
  public int tile(Weights kind) {
    return tile(kind, matrixUnit);
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
   *     or 4 columns of 16 rows
   * @param scales of each group (blocks, rows), f16, with the minima somewhere after them
   * @param rows of {@link ByteRow}
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
    long scaleBytes = blocks * kind.vectors() * BlockProductCode.SCALES_BYTES;
    long last = (all - 1) * of(job, Job.OUT_STRIDE);
    long lastWeights = (groups - 1) * of(job, Job.WEIGHTS_STRIDE);
    long lastScales = (groups - 1) * of(job, Job.SCALES_STRIDE) + of(job, Job.TO_MINIMA);
    long outBytes = groups * kind.vectors() * BlockProductCode.VECTOR;
    Check.that(groups > 0 && all > 0 && blocks > 0, "there is something to multiply");
    for (long number : job) {
      Check.that(number >= 0, "nothing lies before its array");
    }
    long weightBytes = blocks * BlockProductCode.BLOCK_BYTES;
    requireInside(weights, of(job, Job.WEIGHTS), lastWeights + weightBytes);
    requireInside(scales, of(job, Job.SCALES), lastScales + scaleBytes);
    long lastRow = (all - 1) * of(job, Job.ROW_STRIDE);
    requireInside(rows, of(job, Job.ROWS), lastRow + blocks * ByteRow.BYTES);
    requireInside(out, of(job, Job.OUT), last + outBytes);
    tune(kind, job, all);
    MemorySegment function = functions.get(kind).get(tokens - 1);
    try {
      Call.HANDLE.invokeExact(function, weights, scales, rows, out, MemorySegment.ofArray(job));
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("machine code throws nothing", e);
    }
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
  private static void requireInside(MemorySegment array, long from, long count) {
    Check.that(from + count <= array.byteSize(), "products stay in their arrays");
  }
}
