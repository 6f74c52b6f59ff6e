package exacta.numerics;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * What the kernels of 4-bit weights do with a vector: four nibbles in each short, and sums in lanes
 * of 16 bits that wrap. Few views of one kind of vector as another: each is costly to compile in a
 * mixed program.
 */
final class Nibbles {
  /** The lowest nibble of each short. */
  private static final int LOWEST = 0x000f000f;

  private Nibbles() {}

  static IntVector bits(short[] from, int at) {
    return ShortVector.fromArray(Lanes.SHORTS, from, at).reinterpretAsInts();
  }

  /** Shifting ints lets bits of a neighbour into a short, but not into its lowest nibble. */
  static ShortVector lowest(IntVector four) {
    return four.and(LOWEST).reinterpretAsShorts();
  }

  /** Both halves of the int are the same; as an int it is broadcast straight from memory. */
  static ShortVector pair(int[] pairs, int at) {
    return IntVector.broadcast(Lanes.INTS, pairs[at]).reinterpretAsShorts();
  }

  /** The sums that start at such a value, two in each int. */
  static IntVector sum(short[] sums, int at, int[] starts, int start) {
    return ShortVector.fromArray(Lanes.SHORTS, sums, at)
        .add(pair(starts, start))
        .reinterpretAsInts();
  }

  /** The sums in the even lanes. */
  static FloatVector even(IntVector sum) {
    return Lanes.toFloats(
        sum.lanewise(VectorOperators.LSHL, 16).lanewise(VectorOperators.ASHR, 16));
  }

  /** The sums in the odd lanes. */
  static FloatVector odd(IntVector sum) {
    return Lanes.toFloats(sum.lanewise(VectorOperators.ASHR, 16));
  }
}
