package exacta.engine.text;

import java.util.List;
import java.util.Map;

/**
 * What a chat template makes a prompt of. JSON is given as its readers give it: {@code String},
 * {@code Boolean}, {@code null}, {@code Integer}, {@code Long}, {@code BigInteger}, {@code Double},
 * and lists and maps of such, in the client's order. All of it is data: it never becomes a special
 * token.
 *
 * @param tools the functions that the assistant may call: JSON objects with {@code type} and {@code
 *     function}
 * @param options more names for the template to read, such as {@code enable_thinking}
 */
public record Conversation(
    List<ChatMessage> messages, List<Map<String, ?>> tools, Map<String, ?> options) {

  public Conversation {
    messages = List.copyOf(messages);
    tools = List.copyOf(tools);
  }

  /** A conversation without tools. */
  public static Conversation of(List<ChatMessage> messages) {
    return new Conversation(messages, List.of(), Map.of());
  }
}
