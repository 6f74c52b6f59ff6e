package exacta.gateway;

import exacta.protocol.Bounds;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** What chat and text completions have in common. Spec: gateway.md#parameters. */
final class CommonFields {
  private static final int STOPS_MAX = 4;

  /** Below it, the most likely token is always taken. */
  private static final float TEMPERATURE_MIN = 0.001f;

  private static final float TEMPERATURE_MAX = 2;

  /** Keeps the most likely token only, as 0 does at OpenAI. */
  private static final float TOP_P_MIN = 1e-6f;

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
   */
  static ClientRequest read(Fields fields, ClientPrompt prompt, Optional<Integer> maxTokens)
      throws ApiException {
    float temperature = fields.number("temperature", 0, TEMPERATURE_MAX).orElse(1f);
    float topP = fields.number("top_p", 0, 1).orElse(1f);
    long topK = fields.integer("top_k", -1, Integer.MAX_VALUE).orElse(0L);
    List<String> stop = stop(fields);
    Optional<Long> seed = fields.integer("seed", Long.MIN_VALUE, Long.MAX_VALUE);
    boolean stream = fields.flag("stream");
    boolean includeUsage = includeUsage(fields, stream);
    fields.ignore(IGNORED);
    fields.neutral("n", node -> node.isIntegralNumber() && node.asDouble() == 1);
    fields.neutral("presence_penalty", node -> isNumber(node, 0));
    fields.neutral("frequency_penalty", node -> isNumber(node, 0));
    fields.neutral("repetition_penalty", node -> isNumber(node, 1));
    fields.neutral("min_p", node -> isNumber(node, 0));
    fields.neutral("logit_bias", node -> node.isObject() && node.isEmpty());
    fields.end();
    return new ClientRequest(
        fields.requireText("model"),
        prompt,
        maxTokens,
        temperature < TEMPERATURE_MIN ? 0 : temperature,
        (int) Math.max(0, topK),
        Math.max(topP, TOP_P_MIN),
        stop,
        seed,
        stream,
        includeUsage,
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

  private static List<String> stop(Fields fields) throws ApiException {
    Optional<JsonNode> value = fields.value("stop");
    if (value.isEmpty()) {
      return List.of();
    }
    List<JsonNode> nodes = value.get().isArray() ? elements(value.get()) : List.of(value.get());
    if (nodes.size() > STOPS_MAX) {
      throw ApiException.invalid("stop", "'stop' has at most " + STOPS_MAX + " texts.");
    }
    List<String> stops = new ArrayList<>();
    for (JsonNode node : nodes) {
      if (!node.isString()) {
        throw ApiException.wrongType("stop", "a string or an array of strings", Fields.kind(node));
      }
      stops.add(stop(node.asString()));
    }
    return stops;
  }

  private static String stop(String text) throws ApiException {
    if (text.isEmpty() || text.indexOf('\ufffd') >= 0) {
      throw ApiException.invalid(
          "stop", "A stop text is not empty and has no replacement character.");
    }
    try {
      int bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text)).remaining();
      if (bytes <= Bounds.STOP_BYTES_MAX) {
        return text;
      }
    } catch (CharacterCodingException e) {
      throw ApiException.invalid("stop", "A stop text must be valid Unicode.");
    }
    throw ApiException.invalid(
        "stop", "A stop text has at most " + Bounds.STOP_BYTES_MAX + " bytes.");
  }

  static List<JsonNode> elements(JsonNode array) {
    return List.copyOf(array.values());
  }
}
