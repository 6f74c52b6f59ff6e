package exacta.numerics;

/**
 * A matrix of weights as one implementation of {@link Kernels} holds it: (rows, cols), a row being
 * the weights of one output. Immutable, and safe for any number of threads and engines to share.
 */
public sealed interface WeightMatrix permits StoredMatrix, PackedMatrix {
  WeightFormat format();

  /** Outputs. */
  int rows();

  /** Inputs. */
  int cols();
}
