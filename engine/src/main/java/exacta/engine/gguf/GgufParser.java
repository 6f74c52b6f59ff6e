package exacta.engine.gguf;

import exacta.primitives.ExactaException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads a GGUF header. Every length is held against the bytes that are left before anything is
 * allocated for it, so memory stays within a small multiple of the header's own size, which is
 * bounded. Spec: models.md#reading.
 */
final class GgufParser {
  static final int MAGIC = 0x46554747;
  static final long HEADER_BYTES_MAX = 64L << 20;
  static final long ENTRIES_MAX = 1 << 16;
  static final int NAME_BYTES_MAX = 256;
  static final int DIMENSIONS_MAX = 4;
  static final int ALIGNMENT_DEFAULT = 32;
  static final int ALIGNMENT_MAX = 1 << 16;

  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** What a header says. */
  record Header(GgufMetadata metadata, List<GgufTensor> tensors, long headerBytes) {}

  private final String source;
  private final MemorySegment bytes;
  private final long limit;
  private long at;

  GgufParser(String source, MemorySegment bytes) {
    this.source = source;
    this.bytes = bytes;
    this.limit = Math.min(bytes.byteSize(), HEADER_BYTES_MAX);
  }

  Header parse() {
    int magic = readInt("magic");
    if (magic != MAGIC) {
      throw wrong(0, "magic", "is not 'GGUF', so this is no GGUF file");
    }
    int version = readInt("version");
    if (version != 2 && version != 3) {
      boolean swapped = version == Integer.reverseBytes(2) || version == Integer.reverseBytes(3);
      throw wrong(
          4,
          "version",
          swapped
              ? "is big-endian, and only little-endian files are read"
              : "is " + Integer.toUnsignedString(version) + ", and only 2 and 3 are read");
    }
    int tensorCount = count("tensor count", ENTRIES_MAX, 8 + 4 + 8 + 4 + 8);
    int metadataCount = count("metadata count", ENTRIES_MAX, 8 + 4 + 1);
    if (tensorCount == 0) {
      throw wrong(8, "tensor count", "is 0, so the file holds no weights");
    }
    GgufMetadata metadata = new GgufMetadata(source, readMetadata(metadataCount));
    int alignment = alignment(metadata);
    List<GgufTensor> tensors = new ArrayList<>(tensorCount);
    Set<String> names = new HashSet<>();
    for (int i = 0; i < tensorCount; i++) {
      long start = at;
      GgufTensor tensor = readTensor(alignment);
      if (!names.add(tensor.name())) {
        throw wrong(start, "tensor '" + tensor.name() + "'", "is listed twice");
      }
      tensors.add(tensor);
    }
    long headerBytes = (at + alignment - 1) / alignment * alignment;
    if (headerBytes > limit) {
      throw truncated(at, "padding after the tensor list", headerBytes - at);
    }
    checkOverlap(tensors);
    return new Header(metadata, List.copyOf(tensors), headerBytes);
  }

  private Map<String, GgufValue> readMetadata(int count) {
    Map<String, GgufValue> values = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      long start = at;
      String key = readText("metadata key " + i, NAME_BYTES_MAX);
      GgufValue value = readValue(key, readType(key));
      if (values.put(key, value) != null) {
        throw wrong(start, "metadata '" + key + "'", "is given twice");
      }
    }
    return values;
  }

  private int alignment(GgufMetadata metadata) {
    String key = "general.alignment";
    if (metadata.integer(key).isEmpty()) {
      return ALIGNMENT_DEFAULT;
    }
    int alignment = metadata.requireInteger(key, 8, ALIGNMENT_MAX);
    if (Integer.bitCount(alignment) != 1) {
      throw metadata.wrong(key, "is " + alignment + ", which is not a power of two");
    }
    return alignment;
  }

  private ValueType readType(String key) {
    long start = at;
    int code = readInt("metadata '" + key + "'");
    return ValueType.ofCode(code)
        .orElseThrow(() ->
            wrong(
                start,
                "metadata '" + key + "'",
                "has the unknown type " + Integer.toUnsignedString(code)));
  }

  private GgufValue readValue(String key, ValueType type) {
    String field = "metadata '" + key + "'";
    return switch (type) {
      case STRING -> new GgufValue.Text(readText(field, HEADER_BYTES_MAX));
      case BOOL -> new GgufValue.Flag(readFlag(field));
      case FLOAT32, FLOAT64 -> new GgufValue.Real(type, readReal(field, type));
      case ARRAY -> readArray(key);
      case UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64 ->
          new GgufValue.Whole(type, readWhole(field, type));
    };
  }

  private GgufValue readArray(String key) {
    long start = at;
    String field = "metadata '" + key + "'";
    ValueType type = readType(key);
    if (type == ValueType.ARRAY) {
      throw wrong(start, field, "is a list of lists, which no model needs");
    }
    int count = count(field, Integer.MAX_VALUE, type.bytesMin());
    return switch (type) {
      case STRING -> {
        List<String> texts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
          texts.add(readText(field, HEADER_BYTES_MAX));
        }
        yield new GgufValue.Texts(List.copyOf(texts));
      }
      case BOOL -> {
        boolean[] flags = new boolean[count];
        for (int i = 0; i < count; i++) {
          flags[i] = readFlag(field);
        }
        yield new GgufValue.Flags(flags);
      }
      case FLOAT32, FLOAT64 -> {
        double[] reals = new double[count];
        for (int i = 0; i < count; i++) {
          reals[i] = readReal(field, type);
        }
        yield new GgufValue.Reals(type, reals);
      }
      case ARRAY -> throw new AssertionError("refused above");
      case UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64 -> {
        long[] wholes = new long[count];
        for (int i = 0; i < count; i++) {
          wholes[i] = readWhole(field, type);
        }
        yield new GgufValue.Wholes(type, wholes);
      }
    };
  }

  private GgufTensor readTensor(int alignment) {
    String name = readText("tensor name", NAME_BYTES_MAX);
    String field = "tensor '" + name + "'";
    long start = at;
    int dimensionCount = readInt(field);
    if (dimensionCount < 1 || dimensionCount > DIMENSIONS_MAX) {
      throw wrong(
          start,
          field,
          "has " + Integer.toUnsignedString(dimensionCount) + " dimensions instead of 1 to 4");
    }
    List<Long> dimensions = new ArrayList<>(dimensionCount);
    for (int i = 0; i < dimensionCount; i++) {
      dimensions.add(readLong(field));
    }
    int code = readInt(field);
    TensorType type =
        TensorType.ofCode(code)
            .orElseThrow(() ->
                wrong(
                    start,
                    field,
                    "has the format "
                        + TensorType.nameOf(code)
                        + " (code "
                        + Integer.toUnsignedString(code)
                        + "), and this engine reads F32, Q4_0, Q4_1 and Q8_0 only"));
    long bytesOfData = sizeOf(start, field, type, dimensions);
    long offset = readLong(field);
    if (offset < 0 || offset % alignment != 0) {
      throw wrong(
          start,
          field,
          "starts at "
              + Long.toUnsignedString(offset)
              + ", which is not a multiple of the alignment "
              + alignment);
    }
    if (offset > Long.MAX_VALUE - bytesOfData) {
      throw wrong(start, field, "ends beyond any file");
    }
    return new GgufTensor(name, type, dimensions, offset, bytesOfData);
  }

  private long sizeOf(long start, String field, TensorType type, List<Long> dimensions) {
    long elements = 1;
    for (long dimension : dimensions) {
      if (dimension < 1 || dimension > Long.MAX_VALUE / 64 / elements) {
        throw wrong(start, field, "has impossible dimensions " + dimensions);
      }
      elements *= dimension;
    }
    if (dimensions.getFirst() % type.blockElements() != 0) {
      throw wrong(
          start,
          field,
          "has rows of "
              + dimensions.getFirst()
              + " weights, which is not a multiple of "
              + type
              + "'s block of "
              + type.blockElements());
    }
    return elements / type.blockElements() * type.blockBytes();
  }

  private void checkOverlap(List<GgufTensor> tensors) {
    List<GgufTensor> sorted = new ArrayList<>(tensors);
    sorted.sort(Comparator.comparingLong(GgufTensor::offset));
    for (int i = 1; i < sorted.size(); i++) {
      GgufTensor before = sorted.get(i - 1);
      if (before.offset() + before.bytes() > sorted.get(i).offset()) {
        throw wrong(
            at, "tensor '" + sorted.get(i).name() + "'", "overlaps tensor '" + before.name() + "'");
      }
    }
  }

  private int count(String field, long max, int bytesEach) {
    long start = at;
    long count = readLong(field);
    if (count < 0 || count > max || count > (limit - at) / bytesEach) {
      throw wrong(
          start,
          field,
          "claims " + Long.toUnsignedString(count) + " entries, more than the file can hold");
    }
    return (int) count;
  }

  private String readText(String field, long bytesMax) {
    long start = at;
    long length = readLong(field);
    if (length < 0 || length > bytesMax || length > limit - at) {
      throw wrong(
          start,
          field,
          "claims a text of " + Long.toUnsignedString(length) + " bytes, more than it can hold");
    }
    byte[] text = bytes.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE);
    at += length;
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(text))
          .toString();
    } catch (CharacterCodingException e) {
      throw wrong(start, field, "is not valid UTF-8");
    }
  }

  private boolean readFlag(String field) {
    long start = at;
    need(field, 1);
    byte value = bytes.get(ValueLayout.JAVA_BYTE, at++);
    if (value != 0 && value != 1) {
      throw wrong(start, field, "is neither true nor false");
    }
    return value == 1;
  }

  private double readReal(String field, ValueType type) {
    return type == ValueType.FLOAT32
        ? Float.intBitsToFloat(readInt(field))
        : Double.longBitsToDouble(readLong(field));
  }

  private long readWhole(String field, ValueType type) {
    long start = at;
    need(field, type.bytesMin());
    long value =
        switch (type.bytesMin()) {
          case 1 -> bytes.get(ValueLayout.JAVA_BYTE, at);
          case 2 -> bytes.get(SHORT, at);
          case 4 -> bytes.get(INT, at);
          default -> bytes.get(LONG, at);
        };
    at += type.bytesMin();
    return switch (type) {
      case UINT8 -> value & 0xffL;
      case UINT16 -> value & 0xffffL;
      case UINT32 -> value & 0xffff_ffffL;
      case UINT64 -> {
        if (value < 0) {
          throw wrong(start, field, "is " + Long.toUnsignedString(value) + ", beyond 2^63");
        }
        yield value;
      }
      default -> value;
    };
  }

  private int readInt(String field) {
    need(field, 4);
    int value = bytes.get(INT, at);
    at += 4;
    return value;
  }

  private long readLong(String field) {
    need(field, 8);
    long value = bytes.get(LONG, at);
    at += 8;
    return value;
  }

  private void need(String field, long count) {
    if (limit - at < count) {
      throw truncated(at, field, count);
    }
  }

  private ExactaException truncated(long start, String field, long need) {
    return wrong(
        start,
        field,
        limit == HEADER_BYTES_MAX
            ? "lies beyond the largest header that is read, " + HEADER_BYTES_MAX + " bytes"
            : "needs " + need + " bytes, but the file ends after " + (limit - start));
  }

  private ExactaException wrong(long offset, String field, String problem) {
    return ExactaException.fatal(
        "model "
            + source
            + ": at byte "
            + offset
            + ", "
            + field
            + " "
            + problem
            + "; download the file again or use another GGUF file");
  }
}
