package exacta.gateway;

import exacta.protocol.Bounds;
import exacta.protocol.v1.SamplingParameters;
import exacta.protocol.v1.TokenBias;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** How tokens are to be chosen, as clients say it. Spec: gateway.md#parameters. */
final class SamplingFields {
  private static final int STOPS_MAX = 4;

  /** Below it, the most likely token is always taken. */
  private static final float TEMPERATURE_MIN = 0.001f;

  private static final float TEMPERATURE_MAX = 2;

  /** Keeps the most likely token only, as 0 does at OpenAI. */
  private static final float TOP_P_MIN = 1e-6f;

  private static final float PENALTY_MAX = 2;
  private static final float REPETITION_MIN = 0.1f;
  private static final float REPETITION_MAX = 10;
  private static final float BIAS_MAX = 100;

  private SamplingFields() {}

  /** All but the limit of tokens. */
  static SamplingParameters read(Fields fields) throws ApiException {
    float temperature = fields.number("temperature", 0, TEMPERATURE_MAX).orElse(1f);
    float topP = fields.number("top_p", 0, 1).orElse(1f);
    long topK = fields.integer("top_k", -1, Integer.MAX_VALUE).orElse(0L);
    float repetition =
        fields.number("repetition_penalty", REPETITION_MIN, REPETITION_MAX).orElse(1f);
    return SamplingParameters.newBuilder()
        .setTemperature(temperature < TEMPERATURE_MIN ? 0 : temperature)
        .setTopK((int) Math.max(0, topK))
        .setTopP(Math.max(topP, TOP_P_MIN))
        .setMinP(positiveZero(fields.number("min_p", 0, 1)))
        .setRepetitionPenalty(repetition == 1 ? 0 : repetition)
        .setPresencePenalty(
            positiveZero(fields.number("presence_penalty", -PENALTY_MAX, PENALTY_MAX)))
        .setFrequencyPenalty(
            positiveZero(fields.number("frequency_penalty", -PENALTY_MAX, PENALTY_MAX)))
        .addAllBias(bias(fields))
        .addAllStop(stop(fields))
        .build();
  }

  /** Off is +0, so that -0 does not make another request of the same. */
  private static float positiveZero(Optional<Float> value) {
    return value.orElse(0f) + 0f;
  }

  private static List<TokenBias> bias(Fields fields) throws ApiException {
    Optional<JsonNode> value = fields.value("logit_bias");
    if (value.isEmpty()) {
      return List.of();
    }
    if (!value.get().isObject()) {
      throw ApiException.wrongType("logit_bias", "an object", Fields.kind(value.get()));
    }
    if (value.get().size() > Bounds.BIASES_MAX) {
      throw ApiException.invalid(
          "logit_bias", "'logit_bias' has at most " + Bounds.BIASES_MAX + " tokens.");
    }
    SortedMap<Integer, Float> biases = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : value.get().properties()) {
      float bias = entry.getValue().isNumber() ? entry.getValue().floatValue(Float.NaN) : Float.NaN;
      if (!(Math.abs(bias) <= BIAS_MAX)) {
        throw ApiException.invalid("logit_bias", "A bias is a number from -100 to 100.");
      }
      if (biases.put(token(entry.getKey()), bias) != null) {
        throw ApiException.invalid("logit_bias", "'logit_bias' names a token twice.");
      }
    }
    return biases.entrySet().stream()
        .map(bias ->
            TokenBias.newBuilder().setToken(bias.getKey()).setValue(bias.getValue()).build())
        .toList();
  }

  private static int token(String name) throws ApiException {
    try {
      int token = Integer.parseInt(name);
      if (token >= 0) {
        return token;
      }
    } catch (NumberFormatException e) {
      throw noToken();
    }
    throw noToken();
  }

  private static ApiException noToken() {
    return ApiException.invalid("logit_bias", "'logit_bias' is by token ids, integers from 0.");
  }

  private static List<String> stop(Fields fields) throws ApiException {
    Optional<JsonNode> value = fields.value("stop");
    if (value.isEmpty()) {
      return List.of();
    }
    List<JsonNode> nodes =
        value.get().isArray() ? CommonFields.elements(value.get()) : List.of(value.get());
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
}
