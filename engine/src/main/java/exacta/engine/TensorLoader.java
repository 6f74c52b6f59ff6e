package exacta.engine;

import exacta.engine.gguf.Gguf;
import exacta.engine.gguf.GgufTensor;
import exacta.engine.gguf.TensorType;
import exacta.numerics.Elementary;
import exacta.numerics.Kernels;
import exacta.numerics.WeightFormat;
import exacta.numerics.WeightMatrix;
import exacta.primitives.ExactaException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Takes tensors of the expected shape from a file; any other is a FATAL error that says which. */
final class TensorLoader {
  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final String source;
  private final Gguf gguf;
  private final Kernels kernels;
  private final Set<String> taken = new HashSet<>();

  TensorLoader(String source, Gguf gguf, Kernels kernels) {
    this.source = source;
    this.gguf = gguf;
    this.kernels = kernels;
  }

  boolean has(String name) {
    return gguf.tensor(name).isPresent();
  }

  WeightMatrix matrix(String name, int rows, int cols) {
    GgufTensor tensor = take(name, List.of((long) cols, (long) rows));
    return kernels.load(name, format(tensor.type()), rows, cols, gguf.data(tensor));
  }

  float[] vector(String name, int size) {
    GgufTensor tensor = take(name, List.of((long) size));
    if (tensor.type() != TensorType.F32) {
      throw wrong(name, "is " + tensor.type() + ", and only F32 is supported for it");
    }
    MemorySegment data = gguf.data(tensor);
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = data.get(FLOAT, 4L * i);
    }
    if (!Elementary.allFinite(values, 0, size)) {
      throw wrong(name, "has a value that is not finite");
    }
    return values;
  }

  /** A tensor that is ignored would make this another function than the file's. */
  void requireAllTaken() {
    for (GgufTensor tensor : gguf.tensors()) {
      if (!taken.contains(tensor.name())) {
        throw wrong(tensor.name(), "is not known in the llama architecture");
      }
    }
  }

  private GgufTensor take(String name, List<Long> dimensions) {
    GgufTensor tensor = gguf.tensor(name).orElseThrow(() -> wrong(name, "is missing"));
    if (!tensor.dimensions().equals(dimensions)) {
      throw wrong(name, "has the dimensions " + tensor.dimensions() + " instead of " + dimensions);
    }
    taken.add(name);
    return tensor;
  }

  private static WeightFormat format(TensorType type) {
    return switch (type) {
      case F32 -> WeightFormat.F32;
      case Q4_0 -> WeightFormat.Q4_0;
      case Q4_1 -> WeightFormat.Q4_1;
      case Q8_0 -> WeightFormat.Q8_0;
    };
  }

  private ExactaException wrong(String tensor, String problem) {
    return ExactaException.fatal(
        "model "
            + source
            + ": tensor '"
            + tensor
            + "' "
            + problem
            + "; use another GGUF file of this model");
  }
}
