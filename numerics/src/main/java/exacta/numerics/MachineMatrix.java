package exacta.numerics;

import exacta.numerics.x86.BlockProducts.Weights;
import java.lang.foreign.MemorySegment;

/**
 * A packed matrix as machine code sees it. Places and strides are in bytes.
 *
 * @param firstScales where the scales of the first group start
 */
record MachineMatrix(
    Weights kind,
    int blocks,
    MemorySegment weights,
    long weightsStride,
    MemorySegment scales,
    long firstScales,
    long scalesStride) {
  /**
   * @param matrix of a format that {@link MachineCode#takes}
   */
  static MachineMatrix of(PackedMatrix matrix) {
    return switch (matrix) {
      case NibbleMatrix n -> of(n);
      case ByteMatrix b -> of(b);
      case PlainMatrix _ -> throw new AssertionError("plain weights are not quantized");
    };
  }

  private static MachineMatrix of(NibbleMatrix n) {
    MemorySegment shorts = MemorySegment.ofArray(n.shorts());
    long stride = (long) n.at(1, 0) * Short.BYTES;
    return new MachineMatrix(
        n.format().hasMinima() ? Weights.NIBBLES_WITH_MINIMA : Weights.NIBBLES,
        n.blocks(),
        shorts,
        stride,
        shorts,
        (long) n.scalesAt(0, 0) * Short.BYTES,
        stride);
  }

  private static MachineMatrix of(ByteMatrix b) {
    return new MachineMatrix(
        Weights.BYTES,
        b.blocks(),
        MemorySegment.ofArray(b.bytes()),
        (long) ByteMatrix.ROWS * b.cols(),
        MemorySegment.ofArray(b.scales().halves()),
        0,
        (long) ByteMatrix.ROWS * b.blocks() * Short.BYTES);
  }

  /** Rows of a group. */
  int height() {
    return kind.rows();
  }

  long weightsAt(int group) {
    return group * weightsStride;
  }

  long scalesAt(int group) {
    return firstScales + group * scalesStride;
  }
}
