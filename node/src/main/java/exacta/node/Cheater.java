package exacta.node;

/** The frauds that the demo can show. */
public enum Cheater {
  /** Leaves out every fourth nonce of a Sprint, and invents its digest. */
  SPRINT,
  /** Serves the model's weights requantized to fewer bits, for the price of the whole. */
  MODEL
}
