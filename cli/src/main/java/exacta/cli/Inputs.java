package exacta.cli;

import exacta.primitives.ExactaException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Many inputs in one file: a line {@code {"text": ...}} or {@code {"tokens": [...]}} each. */
final class Inputs {
  private Inputs() {}

  /** What a line asks for. */
  sealed interface Input {
    /** Text that is to be cut into tokens. */
    record Text(String text) implements Input {}

    /** Tokens as they are. */
    record Tokens(int[] ids) implements Input {}
  }

  /** Does something for an input. */
  @FunctionalInterface
  interface Action {
    /**
     * Called in the order of the lines.
     *
     * @throws IllegalArgumentException if there is no answer to this input
     */
    void at(Input input);
  }

  /**
   * Goes through the lines in order; blank ones at the end do not count.
   *
   * @param progress hears how many lines there are and which is next
   * @throws ExactaException FATAL, naming the line, for the first that cannot be read or answered
   */
  static void forEach(Path file, LongTask progress, Action action) {
    List<String> lines = new ArrayList<>(TextFiles.read(file).lines().toList());
    while (!lines.isEmpty() && lines.getLast().isBlank()) {
      lines.removeLast();
    }
    for (int i = 0; i < lines.size(); i++) {
      progress.at(i, lines.size());
      try {
        action.at(parse(lines.get(i)));
      } catch (IllegalArgumentException e) {
        throw ExactaException.fatal(file + ", line " + (i + 1) + ": " + e.getMessage());
      }
    }
  }

  private static Input parse(String line) {
    JsonNode node;
    try {
      node = JsonMapper.shared().readTree(line);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("no JSON: " + e.getOriginalMessage());
    }
    if (node.isObject() && node.size() == 1 && node.path("text").isString()) {
      return new Input.Text(node.path("text").asString());
    }
    if (node.isObject() && node.size() == 1 && node.path("tokens").isArray()) {
      return new Input.Tokens(tokens(node.path("tokens")));
    }
    throw new IllegalArgumentException(
        "a line is {\"text\": \"...\"} or {\"tokens\": [1, 2, 3]}, not " + start(line));
  }

  private static int[] tokens(JsonNode array) {
    int[] ids = new int[array.size()];
    for (int i = 0; i < ids.length; i++) {
      JsonNode id = array.get(i);
      if (!id.isIntegralNumber() || !id.canConvertToInt()) {
        throw new IllegalArgumentException(
            "a token is a whole number, not " + start(id.toString()));
      }
      ids[i] = id.intValue();
    }
    return ids;
  }

  /** Not more than a message bears. */
  private static String start(String text) {
    return text.length() <= 60 ? text : text.substring(0, 60) + "...";
  }
}
