package exacta.numerics;

import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * A line of {@code docs/spec/vectors/arithmetic}: the name of an operation and its inputs, and what
 * comes out. Numbers of a list follow one another as hexadecimal bits: 16 digits for each binary64,
 * 8 for each f32, 4 for each f16, 2 for each byte of a file.
 *
 * @param operation first word of the line
 */
record GoldenCase(String operation, List<String> inputs) {
  private static final HexFormat HEX = HexFormat.of();

  static GoldenCase of(String operation, Object... inputs) {
    return new GoldenCase(operation, List.of(inputs).stream().map(GoldenCase::text).toList());
  }

  /** Reads the part of a line in front of the arrow. */
  static GoldenCase parse(String text) {
    List<String> words = List.of(text.split(" "));
    return new GoldenCase(words.getFirst(), words.subList(1, words.size()));
  }

  /** The whole line, with what the kernels give. */
  String line(Kernels kernels) {
    return operation + " " + String.join(" ", inputs) + " -> " + answer(kernels);
  }

  private String answer(Kernels kernels) {
    return switch (operation) {
      case "widen" -> text(Float.float16ToFloat((short) bits(0)));
      case "narrow" -> HEX.toHexDigits(Float.floatToFloat16(real(0)));
      case "exp" -> text(Elementary.exp(real(0)));
      case "log" -> text(Elementary.log(real(0)));
      case "pow" -> text(StrictMath.pow(binary64(0), binary64(1)));
      case "cos" -> text(StrictMath.cos(binary64(0)));
      case "sin" -> text(StrictMath.sin(binary64(0)));
      case "quantize" -> quantize();
      case "decode" -> decode(kernels);
      case "multiply" -> multiply(kernels);
      case "norm" -> norm(kernels);
      case "rope" -> rope(kernels);
      case "attention" -> attention(kernels);
      case "scaled-rope" -> scaledRope(kernels);
      case "swiglu" -> swiGlu(kernels);
      case "geglu" -> geGlu(kernels);
      case "experts" -> experts(kernels);
      case "probability" -> text(kernels.logProbability(reals(1), number(0)));
      default -> throw new AssertionError("no operation " + operation);
    };
  }

  /** Integers as bytes, then d and s. */
  private String quantize() {
    QuantizedRow row = QuantizedRow.of(reals(0), 0, 32);
    byte[] integers = new byte[32];
    for (int i = 0; i < 32; i++) {
      integers[i] = (byte) row.integers()[i];
    }
    return text(integers) + " " + text(row.scales()) + " " + text(row.sums());
  }

  private String decode(Kernels kernels) {
    float[] out = new float[number(1)];
    kernels.decodeRow(matrix(kernels, 1, number(1), 2), 0, out, 0);
    return text(out);
  }

  private String multiply(Kernels kernels) {
    int rows = number(1);
    int cols = number(2);
    float[] x = reals(4);
    float[] out = new float[x.length / cols * rows];
    kernels.multiply(matrix(kernels, rows, cols, 3), x, x.length / cols, out);
    return text(out);
  }

  private WeightMatrix matrix(Kernels kernels, int rows, int cols, int input) {
    MemorySegment data = MemorySegment.ofArray(HEX.parseHex(inputs.get(input)));
    WeightFormat format = WeightFormat.valueOf(inputs.get(0));
    return kernels.load("golden", format, rows, cols, data);
  }

  private String norm(Kernels kernels) {
    float[] out = new float[reals(1).length];
    kernels.rmsNorm(reals(2), 1, reals(1), real(0), out);
    return text(out);
  }

  /** Base, pairing, position, then the values of one head. */
  private String rope(Kernels kernels) {
    float[] x = reals(3);
    RopeTable.Pairing pairing = RopeTable.Pairing.valueOf(inputs.get(1).toUpperCase(Locale.ROOT));
    int position = number(2);
    rotate(kernels, RopeFrequencies.of(real(0), x.length), pairing, position, x);
    return text(x);
  }

  /**
   * As rope, with factors of the pairs or -, the scaling (none, linear or yarn), its factor and
   * original context, and the length of the model; f_i and g come out before the values.
   */
  private String scaledRope(Kernels kernels) {
    float[] x = reals(8);
    RopeTable.Pairing pairing = RopeTable.Pairing.valueOf(inputs.get(1).toUpperCase(Locale.ROOT));
    RopeFrequencies frequencies = RopeFrequencies.of(real(0), x.length);
    if (!inputs.get(3).equals("-")) {
      frequencies = frequencies.slowedBy(reals(3));
    }
    frequencies =
        switch (inputs.get(4)) {
          case "linear" -> frequencies.linear(real(5));
          case "yarn" -> frequencies.yarn(real(5), number(6));
          default -> frequencies;
        };
    frequencies = frequencies.longerBy(real(7));
    StringBuilder line = new StringBuilder();
    for (int pair = 0; pair < x.length / 2; pair++) {
      line.append(text(frequencies.frequency(pair)));
    }
    rotate(kernels, frequencies, pairing, number(2), x);
    return line.append(' ').append(text(frequencies.magnitude())) + " " + text(x);
  }

  private static void rotate(
      Kernels kernels,
      RopeFrequencies frequencies,
      RopeTable.Pairing pairing,
      int position,
      float[] x) {
    RopeTable table = new RopeTable(frequencies, position + 1, pairing);
    KeyValueCache none = new KeyValueCache(new KeyValueShape(1, 1, x.length));
    kernels.rope(table, x, 1, List.of(new Segment(none, 0, position, 1)));
  }

  /**
   * Heads, key heads, size, window (0: none), scale; the query of the last position (heads, size);
   * keys and values as f16 (positions, key heads, size).
   */
  private String attention(Kernels kernels) {
    int keyHeads = number(1);
    int size = number(2);
    AttentionShape shape = new AttentionShape(number(0), keyHeads, size, real(4), number(3));
    float[] keys = halves(6);
    float[] values = halves(7);
    int width = keyHeads * size;
    int positions = keys.length / width;
    KeyValueCache cache = KeyValueCache.of(new KeyValueShape(1, keyHeads, size), positions);
    for (int p = 0; p < positions; p++) {
      cache.store(0, p, keys, p * width, values, p * width);
    }
    float[] out = new float[number(0) * size];
    kernels.attention(shape, 0, reals(5), List.of(new Segment(cache, 0, positions - 1, 1)), out);
    return text(out);
  }

  private String swiGlu(Kernels kernels) {
    float[] gate = reals(0);
    float[] out = new float[gate.length];
    kernels.swiGlu(gate, reals(1), gate.length, out);
    return text(out);
  }

  private String geGlu(Kernels kernels) {
    float[] gate = reals(0);
    float[] out = new float[gate.length];
    kernels.geGlu(gate, reals(1), gate.length, out);
    return text(out);
  }

  /**
   * How many are chosen, the logits, what each expert says (experts, width); the chosen ones as
   * bytes, their shares and the output.
   */
  private String experts(Kernels kernels) {
    float[] logits = reals(1);
    float[] said = reals(2);
    int width = said.length / logits.length;
    ExpertChoice choice = ExpertChoice.of(logits, 0, logits.length, number(0));
    float[] out = new float[width];
    byte[] chosen = new byte[choice.experts().length];
    for (int slot = 0; slot < chosen.length; slot++) {
      chosen[slot] = (byte) choice.experts()[slot];
      kernels.addScaled(out, 0, choice.shares()[slot], said, chosen[slot] * width, width);
    }
    return text(chosen) + " " + text(choice.shares()) + " " + text(out);
  }

  private int number(int input) {
    return Integer.parseInt(inputs.get(input));
  }

  private int bits(int input) {
    return HexFormat.fromHexDigits(inputs.get(input));
  }

  private float real(int input) {
    return Float.intBitsToFloat(bits(input));
  }

  private double binary64(int input) {
    return Double.longBitsToDouble(HexFormat.fromHexDigitsToLong(inputs.get(input)));
  }

  private float[] reals(int input) {
    String digits = inputs.get(input);
    float[] values = new float[digits.length() / 8];
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.intBitsToFloat(HexFormat.fromHexDigits(digits, 8 * i, 8 * i + 8));
    }
    return values;
  }

  private float[] halves(int input) {
    String digits = inputs.get(input);
    float[] values = new float[digits.length() / 4];
    for (int i = 0; i < values.length; i++) {
      short bits = (short) HexFormat.fromHexDigits(digits, 4 * i, 4 * i + 4);
      values[i] = Float.float16ToFloat(bits);
    }
    return values;
  }

  private static String text(Object value) {
    return switch (value) {
      case Double number -> HEX.toHexDigits(Double.doubleToRawLongBits(number));
      case Float number -> HEX.toHexDigits(Float.floatToRawIntBits(number));
      case Short half -> HEX.toHexDigits(half);
      case byte[] bytes -> HEX.formatHex(bytes);
      case float[] numbers -> {
        StringBuilder text = new StringBuilder();
        for (float number : numbers) {
          text.append(text(number));
        }
        yield text.toString();
      }
      case short[] halves -> {
        StringBuilder text = new StringBuilder();
        for (short half : halves) {
          text.append(text(half));
        }
        yield text.toString();
      }
      default -> value.toString();
    };
  }
}
