package exacta.engine.grammar;

/** One step of a grammar's program; unless it says otherwise the next one follows. */
sealed interface Instruction {
  /** One byte of these. */
  record Bytes(ByteSet set) implements Instruction {}

  /** Goes on at any of these places. */
  record Split(int[] targets) implements Instruction {}

  /**
   * Runs a rule, then goes on.
   *
   * @param opens whether it is an array or an object: one level deeper
   */
  record Call(int rule, boolean opens) implements Instruction {}

  /** Ends a rule. */
  record Return() implements Instruction {}
}
