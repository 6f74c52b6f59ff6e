package exacta.gateway;

import java.util.List;

/**
 * Finds calls of functions in an answer's text as it comes. What is no call is text, and comes out
 * as soon as it surely is none. One answer, one thread. Spec: gateway.md#forms.
 */
interface CallFinder {
  /** Finds nothing: all is text. */
  CallFinder NONE =
      new CallFinder() {
        @Override
        public void more(String text, Sink sink) {
          sink.text(text);
        }

        @Override
        public void finish(boolean stopped, Sink sink) {}
      };

  /** Takes what is found, in order. */
  interface Sink {
    void text(String text);

    /** A call begins. */
    void call(String name);

    /** More of the call's arguments. */
    void arguments(String more);

    /** The call is complete. */
    void endCall();

    /** Calls that are complete. */
    default void calls(List<FunctionCall> calls) {
      for (FunctionCall call : calls) {
        call(call.name());
        arguments(call.arguments());
        endCall();
      }
    }
  }

  /** Takes the next part of the text. */
  void more(String text, Sink sink);

  /**
   * The text has ended.
   *
   * @param stopped whether the model ended it; otherwise its limit did
   */
  void finish(boolean stopped, Sink sink);
}
