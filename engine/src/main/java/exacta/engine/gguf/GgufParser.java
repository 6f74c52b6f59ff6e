package exacta.engine.gguf;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
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

  /** What a header says. */
  record Header(GgufMetadata metadata, List<GgufTensor> tensors, long headerBytes) {}

  private final String source;
  private final GgufCursor in;

  /** Which part of a split model this is, from 0. */
  private final int part;

  /**
   * @param headerBytesMax what the header may take; for parts of a split model, what earlier ones
   *     have left
   */
  GgufParser(String source, MemorySegment bytes, int part, long headerBytesMax) {
    this.source = source;
    this.part = part;
    in = new GgufCursor(source, bytes, headerBytesMax);
  }

  Header parse() {
    int magic = in.readInt("magic");
    if (magic != MAGIC) {
      throw in.wrong(0, "magic", "is not 'GGUF', so this is no GGUF file");
    }
    checkVersion(in.readInt("version"));
    int tensorCount = in.count("tensor count", ENTRIES_MAX, 8 + 4 + 8 + 4 + 8);
    int metadataCount = in.count("metadata count", ENTRIES_MAX, 8 + 4 + 1);
    GgufMetadata metadata = new GgufMetadata(source, readMetadata(metadataCount));
    if (tensorCount == 0 && GgufSplit.of(metadata).count() == 1) {
      throw in.wrong(8, "tensor count", "is 0, so the file holds no weights");
    }
    int alignment = alignment(metadata);
    List<GgufTensor> tensors = new ArrayList<>(tensorCount);
    Set<String> names = new HashSet<>();
    for (int i = 0; i < tensorCount; i++) {
      long start = in.at();
      GgufTensor tensor = readTensor(alignment);
      if (!names.add(tensor.name())) {
        throw in.wrong(start, "tensor '" + tensor.name() + "'", "is listed twice");
      }
      tensors.add(tensor);
    }
    checkOverlap(tensors);
    return new Header(metadata, List.copyOf(tensors), in.aligned(alignment));
  }

  /** Versions 2 and 3 are the same but for the big-endian files that 3 allows. */
  private void checkVersion(int version) {
    if (version == 2 || version == 3) {
      return;
    }
    String problem =
        switch (version) {
          case 1 -> "is 1, whose counts have 32 bits, and only 2 and 3 are read";
          case 2 << 24, 3 << 24 -> "is big-endian, and only little-endian files are read";
          default -> "is " + Integer.toUnsignedString(version) + ", and only 2 and 3 are read";
        };
    throw in.wrong(4, "version", problem);
  }

  private Map<String, GgufValue> readMetadata(int count) {
    Map<String, GgufValue> values = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      long start = in.at();
      String key = in.readText("metadata key " + i, NAME_BYTES_MAX);
      GgufValue value = readValue(key, readType(key));
      if (values.put(key, value) != null) {
        throw in.wrong(start, "metadata '" + key + "'", "is given twice");
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
    long start = in.at();
    int code = in.readInt("metadata '" + key + "'");
    return ValueType.ofCode(code)
        .orElseThrow(() ->
            in.wrong(
                start,
                "metadata '" + key + "'",
                "has the unknown type " + Integer.toUnsignedString(code)));
  }

  private GgufValue readValue(String key, ValueType type) {
    String field = "metadata '" + key + "'";
    return switch (type) {
      case STRING -> new GgufValue.Text(in.readText(field, HEADER_BYTES_MAX));
      case BOOL -> new GgufValue.Flag(in.readFlag(field));
      case FLOAT32, FLOAT64 -> new GgufValue.Real(type, in.readReal(field, type));
      case ARRAY -> readArray(key);
      case UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64 ->
          new GgufValue.Whole(type, in.readWhole(field, type));
    };
  }

  private GgufValue readArray(String key) {
    long start = in.at();
    String field = "metadata '" + key + "'";
    ValueType type = readType(key);
    if (type == ValueType.ARRAY) {
      throw in.wrong(start, field, "is a list of lists, which no model needs");
    }
    int count = in.count(field, Integer.MAX_VALUE, type.bytesMin());
    return switch (type) {
      case STRING -> {
        List<String> texts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
          texts.add(in.readText(field, HEADER_BYTES_MAX));
        }
        yield new GgufValue.Texts(List.copyOf(texts));
      }
      case BOOL -> {
        boolean[] flags = new boolean[count];
        for (int i = 0; i < count; i++) {
          flags[i] = in.readFlag(field);
        }
        yield new GgufValue.Flags(flags);
      }
      case FLOAT32, FLOAT64 -> {
        double[] reals = new double[count];
        for (int i = 0; i < count; i++) {
          reals[i] = in.readReal(field, type);
        }
        yield new GgufValue.Reals(type, reals);
      }
      case ARRAY -> throw new AssertionError("refused above");
      case UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64 -> {
        byte[] data = in.readWholes(field, type, count);
        yield new GgufValue.Wholes(type, data);
      }
    };
  }

  private GgufTensor readTensor(int alignment) {
    String name = in.readText("tensor name", NAME_BYTES_MAX);
    String field = "tensor '" + name + "'";
    long start = in.at();
    int dimensionCount = in.readInt(field);
    if (dimensionCount < 1 || dimensionCount > DIMENSIONS_MAX) {
      throw in.wrong(
          start,
          field,
          "has " + Integer.toUnsignedString(dimensionCount) + " dimensions instead of 1 to 4");
    }
    List<Long> dimensions = new ArrayList<>(dimensionCount);
    for (int i = 0; i < dimensionCount; i++) {
      dimensions.add(in.readLong(field));
    }
    int code = in.readInt(field);
    TensorType type =
        TensorType.ofCode(code)
            .orElseThrow(() ->
                in.wrong(
                    start,
                    field,
                    "has the format "
                        + TensorType.nameOf(code)
                        + " (code "
                        + Integer.toUnsignedString(code)
                        + "), and this engine reads only "
                        + Arrays.toString(TensorType.values())));
    long bytesOfData = sizeOf(start, field, type, dimensions);
    long offset = in.readLong(field);
    if (offset < 0 || offset % alignment != 0) {
      throw in.wrong(
          start,
          field,
          "starts at "
              + Long.toUnsignedString(offset)
              + ", which is not a multiple of the alignment "
              + alignment);
    }
    if (offset > Long.MAX_VALUE - bytesOfData) {
      throw in.wrong(start, field, "ends beyond any file");
    }
    return new GgufTensor(name, type, dimensions, part, offset, bytesOfData);
  }

  private long sizeOf(long start, String field, TensorType type, List<Long> dimensions) {
    long elements = 1;
    for (long dimension : dimensions) {
      if (dimension < 1 || dimension > Long.MAX_VALUE / 64 / elements) {
        throw in.wrong(start, field, "has impossible dimensions " + dimensions);
      }
      elements *= dimension;
    }
    if (dimensions.getFirst() % type.blockElements() != 0) {
      throw in.wrong(
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
        throw in.wrong(
            in.at(),
            "tensor '" + sorted.get(i).name() + "'",
            "overlaps tensor '" + before.name() + "'");
      }
    }
  }
}
