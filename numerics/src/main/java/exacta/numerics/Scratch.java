package exacta.numerics;

/**
 * Arrays that a thread keeps from one product to the next. Fresh ones would have to be cleared each
 * time, which takes as long as a good part of the work.
 */
final class Scratch {
  private Scratch() {}

  /** The array, or a new one where it is too short; what it holds is of no account. */
  static float[] atLeast(float[] array, int count) {
    return array.length < count ? new float[count] : array;
  }

  static int[] atLeast(int[] array, int count) {
    return array.length < count ? new int[count] : array;
  }

  static short[] atLeast(short[] array, int count) {
    return array.length < count ? new short[count] : array;
  }
}
