package exacta.gateway;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Finds calls that stand behind a mark, between text. White space around calls is not text of the
 * answer.
 */
final class MarkedCalls implements CallFinder {
  private final String open;

  /** What a call ends with: a mark of its own, or the next one that opens a call. */
  private final String close;

  private final boolean closes;
  private final Function<String, Optional<List<FunctionCall>>> parser;
  private final StringBuilder held = new StringBuilder();

  /** Where the body of a call begins that is being read; 0 if there is none. */
  private int body;

  /** Where to look for its end. */
  private int unread;

  private boolean found;

  /**
   * @param end the mark behind each call; without one a call ends at the next, or with the answer
   */
  MarkedCalls(
      String open, Optional<String> end, Function<String, Optional<List<FunctionCall>>> parser) {
    this.open = open;
    this.close = end.orElse(open);
    this.closes = end.isPresent();
    this.parser = parser;
  }

  @Override
  public void more(String text, Sink sink) {
    held.append(text);
    boolean goesOn = true;
    while (goesOn) {
      goesOn = body > 0 ? readCall(sink) : readText(sink);
    }
  }

  /** Lets go what is text; true if a call begins behind it. */
  private boolean readText(Sink sink) {
    int mark = held.indexOf(open);
    if (mark < 0) {
      release(beforeSpace(held.length() - beginning()), sink);
      return false;
    }
    int text = beforeSpace(mark);
    release(text, sink);
    body = mark - text + open.length();
    unread = body;
    return true;
  }

  /** Reads a call; true if it has ended. */
  private boolean readCall(Sink sink) {
    int end = held.indexOf(close, unread);
    if (end < 0) {
      unread = Math.max(body, held.length() - close.length() + 1);
      return false;
    }
    close(held.substring(body, end), closes ? end + close.length() : end, sink);
    return true;
  }

  private void close(String text, int end, Sink sink) {
    Optional<List<FunctionCall>> calls = parser.apply(text);
    if (calls.isPresent()) {
      sink.calls(calls.get());
      found = true;
      held.delete(0, end);
    } else {
      release(body, sink); // the mark is text, and what follows is looked at anew
    }
    body = 0;
  }

  @Override
  public void finish(boolean stopped, Sink sink) {
    while (body > 0 && stopped) {
      close(held.substring(body), held.length(), sink);
      more("", sink); // behind a mark that was text there may be another one
    }
    if (!found || !held.toString().isBlank()) {
      release(held.length(), sink);
    }
  }

  private void release(int count, Sink sink) {
    if (count > 0) {
      sink.text(held.substring(0, count));
      held.delete(0, count);
    }
  }

  /** The length of the longest end of the text that a mark begins with. */
  private int beginning() {
    int size = Math.min(open.length() - 1, held.length());
    while (!open.startsWith(held.substring(held.length() - size))) {
      size--;
    }
    return size;
  }

  private int beforeSpace(int end) {
    int at = end;
    while (at > 0 && Character.isWhitespace(held.charAt(at - 1))) {
      at--;
    }
    return at;
  }
}
