package exacta.numerics;

import exacta.primitives.ExactaException;
import exacta.primitives.Philox;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Shows that kernels do their work on this machine: the bits of a small product against the
 * specification's, and the speed. Vector code that the JIT compiler gave up on still gives the
 * right bits, but a hundred times slower; so the speed is held against the simplest loop there is,
 * products added one after the other. Meaningful only after the kernels have run for some seconds.
 */
public final class KernelSelfTest {
  /** Kernels that run as they should reach 10 to 100, those that are stuck stay below 1. */
  static final double RATIO_MIN = 2.5;

  private static final int CHECKED_ROWS = 69;
  private static final int CHECKED_TOKENS = 33;
  private static final int ROWS = 256;
  private static final int COLS = 768;
  private static final int TOKENS = 16;

  /** A slow reading may be another process's fault; so many in a row are not. */
  private static final int ATTEMPTS = 3;

  private static final long READING_NANOS = 15_000_000;

  /** Before the first reading. */
  static final long REFERENCE_NANOS = 30_000_000;

  /**
   * How fast a kernel is.
   *
   * @param tokens rows of activations together: 1 is the way of decoding
   * @param gigaProducts billions of multiplications in a second, on all threads
   * @param ratio to products that are added one after the other
   */
  public record Reading(WeightFormat format, int tokens, double gigaProducts, double ratio) {
    /** True if these are not the kernels that were compiled for this machine's vectors. */
    public boolean isStuck() {
      return ratio < RATIO_MIN;
    }

    /** A line for a log. */
    public String description() {
      return String.format(
          Locale.ROOT,
          "kernel %s, %d tokens: %.1f G products/s, %.0f times one at a time",
          format,
          tokens,
          gigaProducts,
          ratio);
    }

    /** What a person should do about a kernel that is stuck. */
    public String advice() {
      return String.format(
          Locale.ROOT,
          "the kernel for %s weights (%d tokens) runs only %.1f times as fast as a loop without"
              + " vectors; answers will be right but very slow: restart this process, and if that"
              + " does not help use JDK 25 on a CPU with AVX2, AVX-512 or NEON, without -Xint and"
              + " -XX: options that limit the compiler or the vectors",
          format,
          tokens,
          ratio);
    }
  }

  private KernelSelfTest() {}

  /** What the fast kernels chose and why, for a log. */
  public static String choice() {
    return "vectors of "
        + Lanes.SHAPE.vectorBitSize()
        + " bits, the widest that the JVM offers up to 512 on this "
        + System.getProperty("os.arch")
        + "; products of bytes "
        + (MachineCode.isHere()
            ? "by the processor's own instructions (AVX-512 VNNI"
                + (MachineCode.hasMatrixUnit() ? ", AMX for many tokens" : "")
                + ") where weights are Q4_0, Q4_1 or Q8_0"
            : "by Java's vectors: there is no AVX-512 with VNNI and VBMI, or machine code is not allowed");
  }

  /**
   * Compares small products; takes some milliseconds.
   *
   * @throws ExactaException FATAL if a bit differs from the specification's
   */
  public static void requireSameBits(Kernels kernels, Set<WeightFormat> formats) {
    formats.forEach(format -> requireSameBits(kernels, format));
  }

  /**
   * Measures the kernels of one format, for one token and for several; takes 60 ms.
   *
   * @param nanos the time, which never enters a result
   */
  public static List<Reading> measure(Kernels kernels, WeightFormat format, LongSupplier nanos) {
    double reference = referenceGigaProducts(nanos);
    return List.of(
        reading(kernels, format, 1, reference, nanos),
        reading(kernels, format, TOKENS, reference, nanos));
  }

  private static Reading reading(
      Kernels kernels, WeightFormat format, int tokens, double reference, LongSupplier nanos) {
    Reading best = new Reading(format, tokens, 0, 0);
    for (int i = 0; i < ATTEMPTS && best.isStuck(); i++) {
      double speed = gigaProducts(kernels, format, tokens, nanos);
      if (speed > best.gigaProducts) {
        best = new Reading(format, tokens, speed, speed / reference);
      }
    }
    return best;
  }

  private static double gigaProducts(
      Kernels kernels, WeightFormat format, int tokens, LongSupplier nanos) {
    WeightMatrix matrix = matrix(kernels, format, ROWS, COLS);
    float[] x = activations(tokens * COLS);
    float[] out = new float[tokens * ROWS];
    long best = bestNanos(nanos, READING_NANOS, () -> kernels.multiply(matrix, x, tokens, out));
    return (double) ROWS * COLS * tokens / best;
  }

  private static double referenceGigaProducts(LongSupplier nanos) {
    float[] a = activations(COLS);
    float[] sum = new float[1];
    return (double) COLS / bestNanos(nanos, REFERENCE_NANOS, () -> sum[0] = sum(a, sum[0]));
  }

  private static float sum(float[] a, float start) {
    float sum = start;
    for (float value : a) {
      sum = sum * 0.5f + value;
    }
    return sum;
  }

  /** The best turn counts: others were interrupted. */
  private static long bestNanos(LongSupplier nanos, long budget, Runnable turn) {
    long now = nanos.getAsLong();
    long end = now + budget;
    long best = Long.MAX_VALUE;
    while (now < end) {
      turn.run();
      long after = nanos.getAsLong();
      best = Math.min(best, Math.max(1, after - now));
      now = after;
    }
    return best;
  }

  private static void requireSameBits(Kernels kernels, WeightFormat format) {
    Kernels scalar = Kernels.scalar();
    int cols = Math.max(64, format.blockElements());
    WeightMatrix expected = matrix(scalar, format, CHECKED_ROWS, cols);
    WeightMatrix actual = matrix(kernels, format, CHECKED_ROWS, cols);
    float[] x = activations(CHECKED_TOKENS * cols);
    float[] wanted = new float[CHECKED_TOKENS * CHECKED_ROWS];
    float[] got = new float[wanted.length];
    scalar.multiply(expected, x, CHECKED_TOKENS, wanted);
    for (int tokens = 1; tokens <= CHECKED_TOKENS; tokens++) {
      Arrays.fill(got, 0);
      kernels.multiply(actual, x, tokens, got);
      for (int i = 0; i < tokens * CHECKED_ROWS; i++) {
        if (Float.floatToRawIntBits(wanted[i]) != Float.floatToRawIntBits(got[i])) {
          throw ExactaException.fatal(
              "the kernel for "
                  + format
                  + " weights computes "
                  + got[i]
                  + " where the specification has "
                  + wanted[i]
                  + ": this JVM ("
                  + Runtime.version()
                  + ") or CPU is faulty; answers from here would be punished, so nothing is served."
                  + " Use another JDK 25 build or machine");
        }
      }
    }
  }

  /** Random bytes, with scales, minima and floats below 2. */
  private static WeightMatrix matrix(Kernels kernels, WeightFormat format, int rows, int cols) {
    byte[] data = new byte[Math.toIntExact(rows * format.rowBytes(cols))];
    for (int at = 0; at < data.length; at++) {
      data[at] = (byte) words(at)[0];
    }
    for (int at = 0; at < data.length; at += format.blockBytes()) {
      for (int high : StoredMatrix.exponentBytes(format)) {
        data[at + high] &= (byte) 0xbf;
      }
    }
    return kernels.load("self-test", format, rows, cols, MemorySegment.ofArray(data));
  }

  /** Between -1 and 1. */
  private static float[] activations(int count) {
    float[] x = new float[count];
    for (int i = 0; i < count; i++) {
      x[i] = words(i)[1] * 0x1p-31f;
    }
    return x;
  }

  private static int[] words(int position) {
    int[] words = new int[4];
    Philox.block(0, 0, position, 0, 0, 0, words, 0);
    return words;
  }
}
