package exacta.gateway;

import exacta.engine.text.ChatMessage;
import exacta.protocol.Bounds;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Reads the body of a chat completion. Spec: gateway.md#chat. */
final class ChatFields {
  private ChatFields() {}

  static ClientRequest read(JsonNode body) throws ApiException {
    Fields fields = Fields.of(body);
    fields.requireText("model");
    List<ChatMessage> messages = MessageFields.read(fields);
    Toolbox toolbox = ToolFields.read(fields);
    ToolFields.refuseOlder(fields);
    Optional<Integer> older = CommonFields.limit(fields, "max_tokens");
    Optional<Integer> newer = CommonFields.limit(fields, "max_completion_tokens");
    if (older.isPresent() && newer.isPresent() && !older.equals(newer)) {
      throw ApiException.invalid(
          "max_tokens", "'max_tokens' and 'max_completion_tokens' say different things.");
    }
    Optional<Integer> likeliest = likeliest(fields);
    fields.neutral("modalities", node -> node.size() == 1 && isText(node.get(0), "text"));
    fields.neutral("audio", node -> false);
    fields.neutral("reasoning_effort", node -> isText(node, "none"));
    fields.neutral("verbosity", node -> isText(node, "medium"));
    fields.neutral("web_search_options", node -> false);
    String schema = FormatFields.read(fields);
    ToolFields.requireAlone(toolbox, schema);
    ClientRequest request =
        CommonFields.read(
            fields, new ClientPrompt.Chat(messages, toolbox), newer.or(() -> older), schema);
    return likeliest.map(request::withLogProbabilities).orElse(request);
  }

  /**
   * How many of the likeliest tokens to tell with log-probabilities; empty without any of these.
   */
  private static Optional<Integer> likeliest(Fields fields) throws ApiException {
    boolean wanted = fields.flag("logprobs");
    int likeliest =
        fields.integer("top_logprobs", 0, Bounds.LIKELIEST_MAX).map(Math::toIntExact).orElse(0);
    if (!wanted && likeliest > 0) {
      throw ApiException.invalid(
          "top_logprobs", "'top_logprobs' is only allowed when 'logprobs' is true.");
    }
    return wanted ? Optional.of(likeliest) : Optional.empty();
  }

  private static boolean isText(JsonNode node, String text) {
    return node != null && node.isString() && node.asString().equals(text);
  }
}
