package exacta.gateway;

import java.util.List;
import java.util.Optional;

/** Finds the call that a whole answer is. */
final class BareCall implements CallFinder {
  private static final String TAG = "<|python_tag|>";

  private final CallParser parser;
  private final StringBuilder held = new StringBuilder();
  private boolean decided;
  private boolean mayBeCall;

  BareCall(CallParser parser) {
    this.parser = parser;
  }

  @Override
  public void more(String text, Sink sink) {
    held.append(text);
    if (!decided) {
      decide();
    }
    if (decided && !mayBeCall) {
      release(sink);
    }
  }

  /** By how the text begins. */
  private void decide() {
    String begun = held.toString().stripLeading();
    mayBeCall = begun.startsWith("{") || begun.startsWith(TAG);
    decided = mayBeCall || !TAG.startsWith(begun);
  }

  @Override
  public void finish(boolean stopped, Sink sink) {
    String text = held.toString().strip();
    String call = text.startsWith(TAG) ? text.substring(TAG.length()) : text;
    Optional<List<FunctionCall>> calls =
        stopped && mayBeCall ? parser.tagged(call) : Optional.empty();
    if (calls.isPresent()) {
      sink.calls(calls.get());
    } else {
      release(sink);
    }
  }

  private void release(Sink sink) {
    if (!held.isEmpty()) {
      sink.text(held.toString());
      held.setLength(0);
    }
  }
}
