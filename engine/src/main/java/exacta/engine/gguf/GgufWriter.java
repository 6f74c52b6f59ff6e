package exacta.engine.gguf;

import exacta.primitives.Check;
import exacta.primitives.ExactaException;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a GGUF file of version 3: metadata first, then tensors, in the order they were added. What
 * it writes, {@link Gguf} reads. Not safe for several threads.
 */
public final class GgufWriter {
  private static final int ALIGNMENT = GgufParser.ALIGNMENT_DEFAULT;

  private record Entry(String name, TensorType type, List<Long> dimensions, byte[] data) {}

  private final Map<String, GgufValue> metadata = new LinkedHashMap<>();
  private final List<Entry> tensors = new ArrayList<>();

  public GgufWriter text(String key, String value) {
    return put(key, new GgufValue.Text(value));
  }

  public GgufWriter flag(String key, boolean value) {
    return put(key, new GgufValue.Flag(value));
  }

  /** A 32-bit unsigned number. */
  public GgufWriter integer(String key, long value) {
    Check.that(value >= 0 && value <= 0xffff_ffffL, "a 32-bit unsigned number");
    return put(key, new GgufValue.Whole(ValueType.UINT32, value));
  }

  /** A 32-bit float. */
  public GgufWriter real(String key, float value) {
    return put(key, new GgufValue.Real(ValueType.FLOAT32, value));
  }

  /** A list of 32-bit floats. */
  public GgufWriter reals(String key, float... values) {
    double[] reals = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      reals[i] = values[i];
    }
    return put(key, new GgufValue.Reals(ValueType.FLOAT32, reals));
  }

  public GgufWriter texts(String key, List<String> values) {
    return put(key, new GgufValue.Texts(List.copyOf(values)));
  }

  /** A list of 32-bit signed numbers. */
  public GgufWriter integers(String key, int... values) {
    long[] wholes = Arrays.stream(values).asLongStream().toArray();
    return put(key, GgufValue.Wholes.of(ValueType.INT32, wholes));
  }

  /** All metadata of another file, except its alignment, which is this writer's own. */
  public GgufWriter copyMetadata(GgufMetadata source) {
    source.values().forEach(this::put);
    metadata.remove("general.alignment");
    return this;
  }

  /**
   * A tensor of ready bytes.
   *
   * @param dimensions the fastest-running first
   */
  public GgufWriter tensor(String name, TensorType type, List<Long> dimensions, byte[] data) {
    long elements = dimensions.stream().reduce(1L, Math::multiplyExact);
    Check.that(
        dimensions.getFirst() % type.blockElements() == 0, "a row is a whole number of blocks");
    Check.that(
        data.length == elements / type.blockElements() * type.blockBytes(),
        "data of tensor " + name + " has the size that its dimensions say");
    tensors.add(new Entry(name, type, List.copyOf(dimensions), data));
    return this;
  }

  /** Writes the file, replacing one that is there. */
  public void write(Path path) {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(path))) {
      out.write(header());
      for (Entry tensor : tensors) {
        out.write(tensor.data());
        out.write(new byte[padding(tensor.data().length)]);
      }
    } catch (IOException e) {
      throw new ExactaException(
          ExactaException.Category.ERROR,
          "model " + path + " cannot be written: " + e + "; check the folder and its free space",
          e);
    }
  }

  private byte[] header() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    number(out, GgufParser.MAGIC, 4);
    number(out, 3, 4);
    number(out, tensors.size(), 8);
    number(out, metadata.size(), 8);
    metadata.forEach((key, value) -> {
      text(out, key);
      value(out, value);
    });
    long offset = 0;
    for (Entry tensor : tensors) {
      text(out, tensor.name());
      number(out, tensor.dimensions().size(), 4);
      tensor.dimensions().forEach(dimension -> number(out, dimension, 8));
      number(out, tensor.type().code(), 4);
      number(out, offset, 8);
      offset += tensor.data().length + padding(tensor.data().length);
    }
    out.writeBytes(new byte[padding(out.size())]);
    return out.toByteArray();
  }

  private static void value(ByteArrayOutputStream out, GgufValue value) {
    switch (value) {
      case GgufValue.Text text -> {
        type(out, ValueType.STRING);
        text(out, text.value());
      }
      case GgufValue.Flag flag -> {
        type(out, ValueType.BOOL);
        out.write(flag.value() ? 1 : 0);
      }
      case GgufValue.Whole whole -> {
        type(out, whole.type());
        number(out, whole.value(), whole.type().bytesMin());
      }
      case GgufValue.Real real -> {
        type(out, real.type());
        real(out, real.type(), real.value());
      }
      case GgufValue.Texts texts -> {
        array(out, ValueType.STRING, texts.values().size());
        texts.values().forEach(text -> text(out, text));
      }
      case GgufValue.Flags flags -> {
        array(out, ValueType.BOOL, flags.values().length);
        for (boolean flag : flags.values()) {
          out.write(flag ? 1 : 0);
        }
      }
      case GgufValue.Wholes wholes -> {
        array(out, wholes.type(), wholes.count());
        out.writeBytes(wholes.data());
      }
      case GgufValue.Reals reals -> {
        array(out, reals.type(), reals.values().length);
        for (double real : reals.values()) {
          real(out, reals.type(), real);
        }
      }
    }
  }

  private static void array(ByteArrayOutputStream out, ValueType type, int count) {
    type(out, ValueType.ARRAY);
    type(out, type);
    number(out, count, 8);
  }

  private static void type(ByteArrayOutputStream out, ValueType type) {
    number(out, type.ordinal(), 4);
  }

  private static void real(ByteArrayOutputStream out, ValueType type, double value) {
    if (type == ValueType.FLOAT32) {
      number(out, Float.floatToRawIntBits((float) value), 4);
    } else {
      number(out, Double.doubleToRawLongBits(value), 8);
    }
  }

  private static void text(ByteArrayOutputStream out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    number(out, bytes.length, 8);
    out.writeBytes(bytes);
  }

  private static void number(ByteArrayOutputStream out, long value, int bytes) {
    for (int i = 0; i < bytes; i++) {
      out.write((int) (value >>> (8 * i)));
    }
  }

  private static int padding(int length) {
    return (ALIGNMENT - length % ALIGNMENT) % ALIGNMENT;
  }

  private GgufWriter put(String key, GgufValue value) {
    metadata.put(key, value);
    return this;
  }
}
