package exacta.engine.gguf;

import java.util.Map;
import java.util.Optional;

/** The formats of weights that this engine reads, with the sizes of their blocks. */
public enum TensorType {
  F32(0, 1, 4),
  Q4_0(2, 32, 18),
  Q4_1(3, 32, 20),
  Q8_0(8, 32, 34);

  /** Names of formats that others write, for a message that helps. */
  private static final Map<Integer, String> FOREIGN =
      Map.ofEntries(
          Map.entry(1, "F16"),
          Map.entry(6, "Q5_0"),
          Map.entry(7, "Q5_1"),
          Map.entry(10, "Q2_K"),
          Map.entry(11, "Q3_K"),
          Map.entry(12, "Q4_K"),
          Map.entry(13, "Q5_K"),
          Map.entry(14, "Q6_K"),
          Map.entry(15, "Q8_K"),
          Map.entry(20, "IQ4_NL"),
          Map.entry(23, "IQ4_XS"),
          Map.entry(30, "BF16"));

  private final int code;
  private final int blockElements;
  private final int blockBytes;

  TensorType(int code, int blockElements, int blockBytes) {
    this.code = code;
    this.blockElements = blockElements;
    this.blockBytes = blockBytes;
  }

  /** The number that stands for the format in a file. */
  public int code() {
    return code;
  }

  /** Weights in one block; a row is a whole number of blocks. */
  public int blockElements() {
    return blockElements;
  }

  /** Bytes of one block. */
  public int blockBytes() {
    return blockBytes;
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
