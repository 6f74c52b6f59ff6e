package exacta.engine;

import exacta.engine.gguf.Gguf;
import exacta.engine.gguf.GgufTensor;
import exacta.numerics.Kernels;
import exacta.numerics.WeightMatrix;
import exacta.primitives.ExactaException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Takes tensors of the expected shape from a file; any other is a FATAL error that says which. */
final class TensorLoader {
  private final String source;
  private final Gguf gguf;
  private final Kernels kernels;
  private final Architecture architecture;
  private final Runnable check;
  private final Set<String> taken = new HashSet<>();

  /**
   * @param check throws what makes the weights useless; asked before each tensor, for all of them
   *     may take a minute
   */
  TensorLoader(
      String source, Gguf gguf, Kernels kernels, Architecture architecture, Runnable check) {
    this.source = source;
    this.architecture = architecture;
    this.gguf = gguf;
    this.kernels = kernels;
    this.check = check;
  }

  boolean has(String name) {
    return gguf.tensor(name).isPresent();
  }

  WeightMatrix matrix(String name, int rows, int cols) {
    GgufTensor tensor = take(name, List.of((long) cols, (long) rows));
    return kernels.load(name, tensor.type().weights(), rows, cols, gguf.data(tensor));
  }

  /** Some matrices that lie one after the other in one tensor. */
  List<WeightMatrix> matrices(String name, int count, int rows, int cols) {
    GgufTensor tensor = take(name, List.of((long) cols, (long) rows, (long) count));
    MemorySegment data = gguf.data(tensor);
    long bytes = tensor.bytes() / count;
    List<WeightMatrix> matrices = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      MemorySegment one = data.asSlice(i * bytes, bytes);
      matrices.add(
          kernels.load(name + " of expert " + i, tensor.type().weights(), rows, cols, one));
    }
    return matrices;
  }

  float[] vector(String name, int size) {
    GgufTensor tensor = take(name, List.of((long) size));
    if (tensor.type().blockElements() > 1) {
      throw wrong(name, "is " + tensor.type() + ", and only F32, F16 and BF16 suit it");
    }
    float[] values = new float[size];
    kernels.decodeRow(
        kernels.load(name, tensor.type().weights(), 1, size, gguf.data(tensor)), 0, values, 0);
    return values;
  }

  /** A tensor that is ignored would make this another function than the file's. */
  void requireAllTaken() {
    for (GgufTensor tensor : gguf.tensors()) {
      if (!taken.contains(tensor.name())) {
        throw wrong(tensor.name(), "is not known in the " + architecture.key() + " architecture");
      }
    }
  }

  private GgufTensor take(String name, List<Long> dimensions) {
    check.run();
    GgufTensor tensor = gguf.tensor(name).orElseThrow(() -> wrong(name, "is missing"));
    if (!tensor.dimensions().equals(dimensions)) {
      throw wrong(name, "has the dimensions " + tensor.dimensions() + " instead of " + dimensions);
    }
    taken.add(name);
    return tensor;
  }

  ExactaException wrong(String tensor, String problem) {
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
