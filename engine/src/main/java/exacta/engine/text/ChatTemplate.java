package exacta.engine.text;

import exacta.engine.template.Rendering;
import exacta.engine.template.Template;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The template of a model's card, with which a conversation becomes a prompt. Immutable and safe
 * for many threads. Spec: models.md#template.
 */
public final class ChatTemplate {
  private final String text;
  private final Template template;
  private final Map<String, String> constants;

  /**
   * @param constants the card's own texts: {@code bos_token}, {@code eos_token}
   */
  ChatTemplate(String text, Template template, Map<String, String> constants) {
    this.text = text;
    this.template = template;
    this.constants = Map.copyOf(constants);
  }

  /** The template itself, as the card has it. */
  public String text() {
    return text;
  }

  /**
   * The prompt's text. The whole conversation counts as data, all else as the template's own.
   *
   * @param answerFollows whether the text ends where the assistant's answer begins
   */
  public Rendering render(Conversation conversation, boolean answerFollows) {
    // What the conversation cannot replace comes later.
    Map<String, Object> data = new LinkedHashMap<>(conversation.options());
    List<Map<String, Object>> messages = new ArrayList<>();
    conversation.messages().forEach(message -> messages.add(entries(message)));
    data.put("messages", messages);
    // Templates ask whether it is none, as well as whether it is defined.
    data.put("tools", conversation.tools().isEmpty() ? null : conversation.tools());
    data.put("documents", null);
    data.put("add_generation_prompt", answerFollows);
    return template.render(data, constants);
  }

  /** Calls, ids and names that are not there have no entry: templates ask for that. */
  private static Map<String, Object> entries(ChatMessage message) {
    Map<String, Object> entries = new LinkedHashMap<>();
    entries.put("role", message.role());
    entries.put("content", message.content());
    if (!message.toolCalls().isEmpty()) {
      entries.put("tool_calls", message.toolCalls().stream().map(ChatTemplate::entries).toList());
    }
    message.toolCallId().ifPresent(id -> entries.put("tool_call_id", id));
    message.name().ifPresent(name -> entries.put("name", name));
    return entries;
  }

  private static Map<String, Object> entries(ToolCall call) {
    Map<String, Object> function = new LinkedHashMap<>();
    function.put("name", call.name());
    function.put("arguments", call.arguments());
    Map<String, Object> entries = new LinkedHashMap<>();
    entries.put("id", call.id());
    entries.put("type", "function");
    entries.put("function", function);
    return entries;
  }
}
