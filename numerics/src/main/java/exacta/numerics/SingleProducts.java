package exacta.numerics;

/**
 * The products of single quantized rows with groups of rows of a packed matrix. Scratch and work of
 * one thread.
 */
sealed interface SingleProducts permits SingleProducts4, SingleProducts8 {
  /** Groups that are multiplied together. */
  int GROUPS = 4;

  /**
   * Writes the products of the first tokens with the groups from {@code from} to {@code to - 1}.
   *
   * @param out (.., rows of the matrix), from the token {@code first} on
   */
  void multiply(int from, int to, int tokens, float[] out, int first);
}
