package exacta.engine.text;

import java.util.List;
import java.util.Optional;

/**
 * One turn of a conversation, as a client wrote it.
 *
 * @param role {@code system}, {@code user}, {@code assistant} or {@code tool}, or whatever else the
 *     model's template knows
 * @param content the empty text where there is none, as beside tool calls
 * @param toolCalls what an assistant wants called
 * @param toolCallId of a tool's result: the call that it answers
 * @param name of a tool's result: the function that was called
 */
public record ChatMessage(
    String role,
    String content,
    List<ToolCall> toolCalls,
    Optional<String> toolCallId,
    Optional<String> name) {

  public ChatMessage {
    toolCalls = List.copyOf(toolCalls);
  }

  /** A turn that is only text. */
  public ChatMessage(String role, String content) {
    this(role, content, List.of(), Optional.empty(), Optional.empty());
  }
}
