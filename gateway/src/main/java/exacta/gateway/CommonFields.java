package exacta.gateway;

import exacta.protocol.Bounds;
import exacta.protocol.v1.SamplingParameters;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** What chat and text completions have in common. Spec: gateway.md#parameters. */
final class CommonFields {
  /** They serve a provider's own purposes. */
  private static final Set<String> IGNORED =
      Set.of(
          "user",
          "metadata",
          "store",
          "service_tier",
          "safety_identifier",
          "prompt_cache_key",
          "prompt_cache_retention",
          "prediction");

  private CommonFields() {}

  /**
   * Reads all fields but the prompt and what is left of {@code maxTokens}.
   *
   * @param maxTokens the limit that the client named
   * @param schema that the answer has to fit, if any
   */
  static ClientRequest read(
      Fields fields, ClientPrompt prompt, Optional<Integer> maxTokens, String schema)
      throws ApiException {
    SamplingParameters sampling = SamplingFields.read(fields).toBuilder().setSchema(schema).build();
    Optional<Long> seed = fields.integer("seed", Long.MIN_VALUE, Long.MAX_VALUE);
    boolean stream = fields.flag("stream");
    boolean includeUsage = includeUsage(fields, stream);
    fields.ignore(IGNORED);
    fields.neutral("n", node -> node.isIntegralNumber() && node.asDouble() == 1);
    fields.end();
    return new ClientRequest(
        fields.requireText("model"),
        prompt,
        maxTokens,
        sampling,
        seed,
        stream,
        includeUsage,
        false,
        Optional.empty());
  }

  static boolean isNumber(JsonNode node, double value) {
    return node.isNumber() && node.asDouble() == value;
  }

  /** A limit of tokens that the client named in this field. */
  static Optional<Integer> limit(Fields fields, String field) throws ApiException {
    return fields.integer(field, 1, Bounds.TOKENS_MAX).map(Math::toIntExact);
  }

  private static boolean includeUsage(Fields fields, boolean stream) throws ApiException {
    Optional<JsonNode> options = fields.value("stream_options");
    if (options.isEmpty()) {
      return false;
    }
    if (!stream) {
      throw ApiException.invalid(
          "stream_options", "'stream_options' is only allowed when 'stream' is true.");
    }
    Fields inner = Fields.of(options.get(), "stream_options");
    boolean includeUsage = inner.flag("include_usage");
    inner.ignore(Set.of("include_obfuscation"));
    inner.end();
    return includeUsage;
  }

  static List<JsonNode> elements(JsonNode array) {
    return List.copyOf(array.values());
  }
}
