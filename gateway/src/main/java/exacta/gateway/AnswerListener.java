package exacta.gateway;

/** Takes an answer's text as it comes. */
@FunctionalInterface
interface AnswerListener {
  /** Thrown when nobody wants the rest. */
  final class Gone extends Exception {
    private static final long serialVersionUID = 1L;

    Gone(String reason) {
      super(reason, null, false, false);
    }
  }

  /** Takes what is to be shown next, never empty. */
  void text(String more) throws Gone;
}
