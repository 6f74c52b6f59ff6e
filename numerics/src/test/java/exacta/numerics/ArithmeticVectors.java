package exacta.numerics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;

/**
 * Writes the vectors of {@code docs/spec/vectors/arithmetic} by the scalar kernels, to the folder
 * of its argument: to be run when a rule is added. A rule that has vectors keeps them.
 */
final class ArithmeticVectors {
  private static final String HEADER =
      "# Operation and inputs -> output, as hexadecimal bits; see GoldenCase in the tests of"
          + " numerics.";
  private static final int[] POSITIONS = {1, 2, 16, 17, 255, 256, 257, 513};

  private final Random random = new Random(4);
  private final RandomWeights weights = new RandomWeights(4);
  private final Kernels kernels = Kernels.scalar();

  private ArithmeticVectors() {}

  public static void main(String[] arguments) throws IOException {
    Path folder = Files.createDirectories(Path.of(arguments[0]));
    ArithmeticVectors vectors = new ArithmeticVectors();
    vectors.write(folder.resolve("f16.txt"), vectors.halves());
    vectors.write(folder.resolve("elementary.txt"), vectors.elementary());
    vectors.write(folder.resolve("angles.txt"), vectors.angles());
    vectors.write(folder.resolve("products.txt"), vectors.products());
    vectors.write(folder.resolve("layers.txt"), vectors.layers());
    vectors.write(folder.resolve("attention.txt"), vectors.attention());
    vectors.write(folder.resolve("scaling.txt"), vectors.scaling());
    vectors.write(folder.resolve("feedforward.txt"), vectors.feedForward());
  }

  private void write(Path file, List<GoldenCase> cases) throws IOException {
    List<String> lines = new ArrayList<>(List.of(HEADER));
    cases.forEach(given -> lines.add(given.line(kernels)));
    Files.write(file, lines);
  }

  private List<GoldenCase> halves() {
    List<GoldenCase> cases = new ArrayList<>();
    int[] edges = {0, 1, 0x3ff, 0x400, 0x401, 0x3bff, 0x3c00, 0x7bff};
    for (int bits : edges) {
      float exact = Float.float16ToFloat((short) bits);
      float next = bits == 0x7bff ? 65536 : Float.float16ToFloat((short) (bits + 1));
      float middle = (exact + next) / 2;
      for (int sign : new int[] {0, 0x8000}) {
        cases.add(GoldenCase.of("widen", (short) (bits | sign)));
        for (float x : new float[] {exact, middle, Math.nextDown(middle), Math.nextUp(middle)}) {
          cases.add(GoldenCase.of("narrow", sign == 0 ? x : -x));
        }
      }
    }
    for (int i = 0; i < 60; i++) {
      cases.add(GoldenCase.of("widen", (short) (random.nextInt(0x7c00) | i % 2 << 15)));
      cases.add(GoldenCase.of("narrow", Math.scalb(random.nextFloat() - 0.5f, 17 - i % 44)));
    }
    return cases;
  }

  private List<GoldenCase> elementary() {
    List<GoldenCase> cases = new ArrayList<>();
    for (float x : new float[] {0, -0f, 1, -1, 88, -86, -87.5f, -103.9f, -104, -104.1f, -1e9f}) {
      cases.add(GoldenCase.of("exp", x));
    }
    for (int i = 0; i < 120; i++) {
      cases.add(GoldenCase.of("exp", i % 3 == 0 ? random.nextFloat() : 88 - 193f * i / 120));
    }
    for (float x : new float[] {1, 2, 0.5f, 0x1.6a09e6p-1f, 0x1.6a09e4p-1f, Float.MAX_VALUE}) {
      cases.add(GoldenCase.of("log", x));
      cases.add(GoldenCase.of("log", Float.intBitsToFloat(1 + random.nextInt(0x7fffff))));
    }
    for (int i = 0; i < 90; i++) {
      float x = Float.intBitsToFloat(random.nextInt(0x7f800000));
      cases.add(GoldenCase.of("log", i % 3 == 0 ? x : 0.5f + i / 20f));
    }
    return cases;
  }

  private List<GoldenCase> angles() {
    List<GoldenCase> cases = new ArrayList<>();
    for (float base : new float[] {1, 1.1875f, 1.25f, 1.75f, 10_000, 500_000, 1e6f, 3e38f}) {
      for (int size : new int[] {6, 64, 80, 128, 256}) {
        for (int pair : new int[] {0, 1, size / 3, size / 2 - 1}) {
          cases.add(GoldenCase.of("pow", (double) base, -2.0 * pair / size));
        }
      }
    }
    double quarter = Math.PI / 2;
    DoubleStream turns = random.ints(40, 1, 333_000).mapToDouble(n -> n * quarter);
    DoubleStream few = DoubleStream.iterate(0, x -> x < 35 * quarter, x -> x + quarter / 2);
    DoubleStream near =
        random.ints(60, 1, 40).mapToDouble(n -> n * quarter + Math.scalb(1, -n - 2));
    DoubleStream any =
        random
            .ints(80, 0, 1 << 19)
            .mapToDouble(n -> n * Math.scalb(random.nextDouble(), -(n % 24)));
    double[] edges = {0x1p-28, 0x1p-27, 0.3, 0.5, 0.78125, Math.PI / 4, 2.356194490192345, 524287};
    DoubleStream.of(edges).forEach(x -> both(cases, x));
    List.of(turns, few, near, any).forEach(all -> all.forEach(x -> both(cases, x)));
    return cases;
  }

  private static void both(List<GoldenCase> cases, double angle) {
    cases.add(GoldenCase.of("cos", angle));
    cases.add(GoldenCase.of("sin", angle));
  }

  private List<GoldenCase> products() {
    List<GoldenCase> cases = new ArrayList<>();
    float[] halfWay = new float[32];
    for (int i = 0; i < 32; i++) {
      halfWay[i] = i == 0 ? 127 : i - 16.5f;
    }
    cases.add(GoldenCase.of("quantize", halfWay));
    cases.add(GoldenCase.of("quantize", new float[32]));
    for (float size : new float[] {1, 1e-20f, 0x1p-101f, 1e30f, 1e38f, 0.01f}) {
      cases.add(GoldenCase.of("quantize", reals(32, size)));
    }
    for (WeightFormat format : WeightFormat.values()) {
      int unit = Math.max(32, format.blockElements());
      for (RandomWeights.Style style : RandomWeights.Style.values()) {
        cases.add(GoldenCase.of("decode", format, unit, weights.matrix(format, 1, unit, style)));
        int rows = 1 + random.nextInt(3);
        int cols = unit * (1 + random.nextInt(unit > 32 ? 1 : 3));
        byte[] data = weights.matrix(format, rows, cols, style);
        float[] x = weights.activations(cols * (1 + style.ordinal() % 2), style);
        cases.add(GoldenCase.of("multiply", format, rows, cols, data, x));
      }
    }
    byte[] plain = weights.matrix(WeightFormat.F32, 1, 37, RandomWeights.Style.ORDINARY);
    cases.add(GoldenCase.of("multiply", WeightFormat.F32, 1, 37, plain, reals(37, 1)));
    return cases;
  }

  private float[] reals(int count, float size) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian() * size;
    }
    return values;
  }

  private List<GoldenCase> layers() {
    List<GoldenCase> cases = new ArrayList<>();
    for (int width : new int[] {1, 2, 15, 16, 17, 64, 100}) {
      cases.add(GoldenCase.of("norm", 1e-5f, reals(width, 1), reals(width, 3)));
    }
    cases.add(GoldenCase.of("norm", 1e-6f, reals(20, 1), new float[20]));
    cases.add(GoldenCase.of("norm", 1e-6f, reals(20, 1), reals(20, 1e-30f)));
    for (int position : new int[] {0, 1, 2, 100, 4095, 131_071}) {
      cases.add(GoldenCase.of("rope", 10_000f, "adjacent", position, reals(8, 1)));
      cases.add(GoldenCase.of("rope", 1e6f, "halves", position, reals(12, 1)));
    }
    cases.add(GoldenCase.of("rope", 10_000f, "adjacent", (1 << 19) - 1, reals(4, 1)));
    cases.add(GoldenCase.of("swiglu", reals(40, 40), reals(40, 1)));
    cases.add(GoldenCase.of("swiglu", new float[] {0, -0f, -88, -89, 1e9f, -1e9f}, reals(6, 1)));
    for (int count : new int[] {1, 2, 16, 17, 33, 300}) {
      cases.add(GoldenCase.of("probability", random.nextInt(count), reals(count, 5)));
    }
    return cases;
  }

  private List<GoldenCase> attention() {
    List<GoldenCase> cases = new ArrayList<>();
    for (int positions : POSITIONS) {
      addAttention(cases, positions, 4, 0);
    }
    for (int window : new int[] {1, 100, 256, 300, 512}) {
      addAttention(cases, 513, 2, window);
    }
    return cases;
  }

  /** Two query heads share a key head, if the sequence is short. */
  private void addAttention(List<GoldenCase> cases, int positions, int size, int window) {
    int keyHeads = positions < 100 ? 2 : 1;
    int heads = 2 * keyHeads;
    short[] keys = new short[positions * keyHeads * size];
    short[] values = new short[keys.length];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = Float.floatToFloat16((float) random.nextGaussian() * 2);
      values[i] = Float.floatToFloat16((float) random.nextGaussian());
    }
    float scale = AttentionShape.of(heads, keyHeads, size).scale();
    float[] query = reals(heads * size, 2);
    cases.add(
        GoldenCase.of("attention", heads, keyHeads, size, window, scale, query, keys, values));
  }

  private List<GoldenCase> scaling() {
    List<GoldenCase> cases = new ArrayList<>();
    for (int position : new int[] {0, 1, 4095, 131_071}) {
      addScaledRope(cases, 500_000f, position, 16, true, "none", 1, 1, 1);
      addScaledRope(cases, 10_000f, position, 12, false, "linear", 4, 1, 1);
      addScaledRope(cases, 1e6f, position, 64, false, "yarn", 4, 32_768, 1);
      addScaledRope(cases, 10_000f, position, 32, true, "yarn", 2.5f, 512, 0.75f);
    }
    // Slopes that are flat, steep, off one end and off the other; factors of 1 and 1e9.
    addScaledRope(cases, 2, 300, 8, false, "yarn", 8, 4096, 1);
    addScaledRope(cases, 1e9f, 300, 8, false, "yarn", 40, 163_840, 1);
    addScaledRope(cases, 10_000f, 300, 128, false, "yarn", 1, 8192, 1);
    addScaledRope(cases, 10_000f, 300, 20, false, "yarn", 16, 3, 1);
    addScaledRope(cases, 10_000f, 300, 20, false, "yarn", 3, 1 << 24, 1.5f);
    addScaledRope(cases, 10_000f, 300, 20, false, "linear", 1e9f, 1, 1.25f);
    addScaledRope(cases, 10_000f, 300, 20, true, "linear", 3, 1, 0.1f);
    return cases;
  }

  private void addScaledRope(
      List<GoldenCase> cases,
      float base,
      int position,
      int size,
      boolean factors,
      String scaling,
      float factor,
      int context,
      float length) {
    Object slower = "-";
    if (factors) {
      float[] each = new float[size / 2];
      for (int i = 0; i < each.length; i++) {
        each[i] = 1 + 31 * random.nextFloat() * i / each.length;
      }
      slower = each;
    }
    String pairing = factors ? "adjacent" : "halves";
    cases.add(
        GoldenCase.of(
            "scaled-rope",
            base,
            pairing,
            position,
            slower,
            scaling,
            factor,
            context,
            length,
            reals(size, 1)));
  }

  private List<GoldenCase> feedForward() {
    List<GoldenCase> cases = new ArrayList<>();
    cases.add(GoldenCase.of("geglu", reals(40, 4), reals(40, 1)));
    cases.add(GoldenCase.of("geglu", reals(40, 1), reals(40, 1)));
    float[] edges = {0, -0f, 1e-30f, -5.5f, -10.2f, 10.2f, -88, 1e12f, -1e12f, 0x1p-140f};
    cases.add(GoldenCase.of("geglu", edges, reals(edges.length, 1)));
    for (int count : new int[] {1, 2, 5, 17, 128}) {
      for (int used : new int[] {1, Math.min(3, count), Math.min(8, count)}) {
        cases.add(GoldenCase.of("experts", used, reals(count, 3), reals(2 * count, 1)));
      }
    }
    float[] equal = {1, 2, 2, -4, 2, 2};
    cases.add(GoldenCase.of("experts", 3, equal, reals(18, 1)));
    float[] farApart = {-200, 0, 3e38f, -3e38f, 80};
    cases.add(GoldenCase.of("experts", 4, farApart, reals(20, 1)));
    return cases;
  }
}
