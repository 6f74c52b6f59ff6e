package exacta.consensus.abci;

/** What came is not what a node of this protocol sends now; the connection cannot go on. */
final class AbciException extends Exception {
  private static final long serialVersionUID = 1L;

  AbciException(String message) {
    super(message, null, false, false);
  }
}
