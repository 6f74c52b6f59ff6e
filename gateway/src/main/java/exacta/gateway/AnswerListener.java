package exacta.gateway;

/** Takes an answer as it comes. */
interface AnswerListener {
  /** Thrown when nobody wants the rest. */
  final class Gone extends Exception {
    private static final long serialVersionUID = 1L;

    Gone(String reason) {
      super(reason, null, false, false);
    }
  }

  /** Takes what is to be shown next, never empty. */
  void show(Shown more) throws Gone;

  /** Takes back all but so much; false if it is gone already. */
  default boolean retract(int characterCount, int tokenCount) {
    return false;
  }
}
