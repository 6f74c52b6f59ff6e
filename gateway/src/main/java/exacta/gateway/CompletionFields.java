package exacta.gateway;

import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Reads the body of a text completion. Spec: gateway.md#completions. */
final class CompletionFields {
  /** OpenAI's default. */
  private static final int TOKENS_DEFAULT = 16;

  private CompletionFields() {}

  static ClientRequest read(JsonNode body) throws ApiException {
    Fields fields = Fields.of(body);
    fields.requireText("model");
    ClientPrompt prompt = prompt(fields);
    int maxTokens = CommonFields.limit(fields, "max_tokens").orElse(TOKENS_DEFAULT);
    fields.neutral("echo", node -> node.isBoolean() && !node.asBoolean());
    fields.neutral("best_of", node -> CommonFields.isNumber(node, 1));
    fields.neutral("suffix", node -> node.isString() && node.asString().isEmpty());
    fields.neutral("logprobs", node -> false);
    return CommonFields.read(fields, prompt, Optional.of(maxTokens), FormatFields.read(fields));
  }

  private static ClientPrompt prompt(Fields fields) throws ApiException {
    Optional<JsonNode> value = fields.value("prompt");
    if (value.isEmpty()) {
      throw ApiException.missing("prompt");
    }
    JsonNode prompt = value.get();
    if (prompt.isArray() && prompt.size() == 1 && !prompt.get(0).isNumber()) {
      return single(prompt.get(0));
    }
    if (prompt.isArray() && prompt.size() > 1 && !prompt.get(0).isNumber()) {
      throw ApiException.unsupported("prompt", "Only one prompt at a time is supported.");
    }
    return single(prompt);
  }

  private static ClientPrompt single(JsonNode prompt) throws ApiException {
    if (prompt.isString()) {
      return new ClientPrompt.Text(prompt.asString());
    }
    if (!prompt.isArray()) {
      throw ApiException.wrongType(
          "prompt", "a string or an array of token ids", Fields.kind(prompt));
    }
    List<JsonNode> nodes = CommonFields.elements(prompt);
    int[] tokens = new int[nodes.size()];
    for (int i = 0; i < tokens.length; i++) {
      JsonNode node = nodes.get(i);
      if (!node.isIntegralNumber() || !node.canConvertToInt() || node.asInt() < 0) {
        throw ApiException.invalid("prompt", "A prompt's token ids are integers from 0.");
      }
      tokens[i] = node.asInt();
    }
    return new ClientPrompt.Tokens(tokens);
  }
}
