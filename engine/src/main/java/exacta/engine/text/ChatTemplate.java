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
  private final Template template;
  private final Map<String, String> constants;

  /**
   * @param constants the card's own texts: {@code bos_token}, {@code eos_token}
   */
  ChatTemplate(Template template, Map<String, String> constants) {
    this.template = template;
    this.constants = Map.copyOf(constants);
  }

  /**
   * The prompt's text. Roles and contents count as data, all else as the template's own.
   *
   * @param answerFollows whether the text ends where the assistant's answer begins
   */
  public Rendering render(List<ChatMessage> messages, boolean answerFollows) {
    List<Map<String, String>> list = new ArrayList<>();
    for (ChatMessage message : messages) {
      Map<String, String> entries = new LinkedHashMap<>();
      entries.put("role", message.role());
      entries.put("content", message.content());
      list.add(entries);
    }
    return template.render(
        Map.of("messages", list, "add_generation_prompt", answerFollows), constants);
  }
}
