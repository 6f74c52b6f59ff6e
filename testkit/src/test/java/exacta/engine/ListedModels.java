package exacta.engine;

import exacta.engine.gguf.GgufWriter;
import exacta.engine.gguf.TensorType;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import exacta.primitives.Philox;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The tiny models of {@code docs/spec/vectors/generation/models.txt}, which a second implementation
 * can make from the text alone. Spec: generation.md#vectors.
 */
final class ListedModels {
  /** The lines of each model, by its name. */
  private final Map<String, List<String>> models = new TreeMap<>();

  private ListedModels() {}

  static ListedModels read(Path file) throws IOException {
    ListedModels listed = new ListedModels();
    List<String> lines = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      if (line.startsWith("model ")) {
        lines = new ArrayList<>();
        listed.models.put(line.substring("model ".length()), lines);
      } else if (!line.startsWith("#")) {
        lines.add(line);
      }
    }
    return listed;
  }

  List<String> names() {
    return List.copyOf(models.keySet());
  }

  void write(String name, Path path) {
    GgufWriter writer = new GgufWriter();
    int tensor = 0;
    for (String line : models.get(name)) {
      String[] part = line.split(" ", 3);
      if (part[0].equals("tensor")) {
        tensor(writer, new Numbers(name, tensor), part[1], part[2].split(" "));
        tensor++;
      } else {
        entry(writer, part[0], part[1], part[2]);
      }
    }
    writer.write(path);
  }

  private static void entry(GgufWriter writer, String type, String key, String value) {
    String[] items = value.split(" ");
    switch (type) {
      case "text" -> writer.text(key, value);
      case "u32" -> writer.integer(key, Long.parseLong(value));
      case "f32" -> writer.real(key, Float.parseFloat(value));
      case "bool" -> writer.flag(key, Boolean.parseBoolean(value));
      case "texts" ->
          writer.texts(key, Arrays.stream(items).map(item -> item.replace("\\s", " ")).toList());
      case "i32s" ->
          writer.integers(key, Arrays.stream(items).mapToInt(Integer::parseInt).toArray());
      case "f32s" -> {
        float[] values = new float[items.length];
        for (int i = 0; i < values.length; i++) {
          values[i] = Float.parseFloat(items[i]);
        }
        writer.reals(key, values);
      }
      default -> throw new AssertionError("no metadata of type " + type);
    }
  }

  private static void tensor(GgufWriter writer, Numbers numbers, String name, String[] part) {
    TensorType type = TensorType.valueOf(part[0]);
    float a = Float.parseFloat(part[1]);
    float b = Float.parseFloat(part[2]);
    List<Long> dimensions = Arrays.stream(part).skip(3).map(Long::valueOf).toList();
    int elements = Math.toIntExact(dimensions.stream().reduce(1L, Math::multiplyExact));
    ByteBuffer data =
        ByteBuffer.allocate(elements / type.blockElements() * type.blockBytes())
            .order(ByteOrder.LITTLE_ENDIAN);
    if (type.blockElements() == 1) {
      for (int i = 0; i < elements; i++) {
        number(data, type, a + b * ((numbers.word(i) >>> 8) * 0x1p-24f));
      }
    } else {
      for (int word = 0; data.hasRemaining(); word++) {
        int bits = numbers.word(word);
        for (int i = 0; i < 4 && data.hasRemaining(); i++) {
          data.put((byte) (bits >>> 8 * i));
        }
      }
      for (int block = 0; block < data.capacity(); block += type.blockBytes()) {
        scales(data, block, type, a, b);
      }
    }
    writer.tensor(name, type, dimensions, data.array());
  }

  private static void number(ByteBuffer data, TensorType type, float value) {
    int bits = Float.floatToRawIntBits(value);
    switch (type) {
      case F32 -> data.putInt(bits);
      case F16 -> data.putShort(Float.floatToFloat16(value));
      default -> data.putShort((short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16));
    }
  }

  /** The first byte of a block says whether its scale and minimum are negated. */
  private static void scales(ByteBuffer data, int block, TensorType type, float d, float m) {
    float sign = (data.get(block) & 1) == 0 ? 1 : -1;
    int scaleAt = type == TensorType.Q6_K ? block + type.blockBytes() - 2 : block;
    data.putShort(scaleAt, Float.floatToFloat16(sign * d));
    switch (type) {
      case Q4_1, Q5_1, Q4_K, Q5_K -> data.putShort(block + 2, Float.floatToFloat16(sign * m));
      default -> {}
    }
  }

  /** The random words of one tensor. */
  private static final class Numbers {
    private final Digest32 key;
    private final int tensor;
    private final int[] words = new int[4];
    private int block = -1;

    Numbers(String model, int tensor) {
      key = Hasher.of("tiny-model").text(model).finish();
      this.tensor = tensor;
    }

    int word(int number) {
      if (block != number / 4) {
        block = number / 4;
        long bits = key.longAt(0);
        Philox.block((int) bits, (int) (bits >>> 32), block, tensor, 0, 0, words, 0);
      }
      return words[number % 4];
    }
  }
}
