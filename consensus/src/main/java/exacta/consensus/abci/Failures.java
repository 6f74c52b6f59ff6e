package exacta.consensus.abci;

/** What strangers are told when something of ours failed: the log of the node says more. */
final class Failures {
  /** As the Cosmos SDK has it for a panic. */
  static final String CODESPACE = "undefined";

  static final int INTERNAL = 1;
  static final String LOG = "internal error; see the log of the node";

  private Failures() {}
}
