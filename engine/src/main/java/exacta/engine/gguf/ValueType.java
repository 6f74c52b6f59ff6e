package exacta.engine.gguf;

import java.util.Optional;

/** The kinds of metadata values, in the order of their codes in a file. */
enum ValueType {
  UINT8(1),
  INT8(1),
  UINT16(2),
  INT16(2),
  UINT32(4),
  INT32(4),
  FLOAT32(4),
  BOOL(1),
  /** Eight bytes of length, then the text. */
  STRING(8),
  /** Four bytes of element type, eight of count, then the elements. */
  ARRAY(12),
  UINT64(8),
  INT64(8),
  FLOAT64(8);

  private static final ValueType[] BY_CODE = values();

  private final int bytesMin;

  ValueType(int bytesMin) {
    this.bytesMin = bytesMin;
  }

  /** The fewest bytes that a value of this kind takes; of a number, exactly. */
  int bytesMin() {
    return bytesMin;
  }

  static Optional<ValueType> ofCode(int code) {
    return code >= 0 && code < BY_CODE.length ? Optional.of(BY_CODE[code]) : Optional.empty();
  }
}
