package exacta.engine.gguf;

import exacta.numerics.WeightFormat;
import java.util.Map;
import java.util.Optional;

/** The formats of weights that this engine reads, by the numbers that files have for them. */
public enum TensorType {
  F32(0, WeightFormat.F32),
  F16(1, WeightFormat.F16),
  Q4_0(2, WeightFormat.Q4_0),
  Q4_1(3, WeightFormat.Q4_1),
  Q5_0(6, WeightFormat.Q5_0),
  Q5_1(7, WeightFormat.Q5_1),
  Q8_0(8, WeightFormat.Q8_0),
  Q4_K(12, WeightFormat.Q4_K),
  Q5_K(13, WeightFormat.Q5_K),
  Q6_K(14, WeightFormat.Q6_K),
  BF16(30, WeightFormat.BF16);

  /** Names of formats that others write, for a message that helps. */
  private static final Map<Integer, String> FOREIGN =
      Map.ofEntries(
          Map.entry(9, "Q8_1"),
          Map.entry(10, "Q2_K"),
          Map.entry(11, "Q3_K"),
          Map.entry(15, "Q8_K"),
          Map.entry(16, "IQ2_XXS"),
          Map.entry(17, "IQ2_XS"),
          Map.entry(18, "IQ3_XXS"),
          Map.entry(19, "IQ1_S"),
          Map.entry(20, "IQ4_NL"),
          Map.entry(21, "IQ3_S"),
          Map.entry(22, "IQ2_S"),
          Map.entry(23, "IQ4_XS"),
          Map.entry(24, "I8"),
          Map.entry(25, "I16"),
          Map.entry(26, "I32"),
          Map.entry(27, "I64"),
          Map.entry(28, "F64"),
          Map.entry(29, "IQ1_M"),
          Map.entry(34, "TQ1_0"),
          Map.entry(35, "TQ2_0"),
          Map.entry(39, "MXFP4"));

  private final int code;
  private final WeightFormat weights;

  TensorType(int code, WeightFormat weights) {
    this.code = code;
    this.weights = weights;
  }

  /** The number that stands for the format in a file. */
  public int code() {
    return code;
  }

  /** What the kernels call it. */
  public WeightFormat weights() {
    return weights;
  }

  /** Weights in one block; a row is a whole number of blocks. */
  public int blockElements() {
    return weights.blockElements();
  }

  /** Bytes of one block. */
  public int blockBytes() {
    return weights.blockBytes();
  }

  static Optional<TensorType> ofCode(int code) {
    for (TensorType type : values()) {
      if (type.code == code) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  static String nameOf(int code) {
    return ofCode(code).map(Enum::name).orElse(FOREIGN.getOrDefault(code, "unknown"));
  }
}
