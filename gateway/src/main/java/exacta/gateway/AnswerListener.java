package exacta.gateway;

/** Takes an answer's text as it comes. */
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

  /** Takes text back, down to so many characters; false if they are gone already. */
  default boolean retract(int characters) {
    return false;
  }

  /** Keeps the text until it is complete. */
  static AnswerListener into(StringBuilder text) {
    return new AnswerListener() {
      @Override
      public void text(String more) {
        text.append(more);
      }

      @Override
      public boolean retract(int characters) {
        text.setLength(characters);
        return true;
      }
    };
  }
}
