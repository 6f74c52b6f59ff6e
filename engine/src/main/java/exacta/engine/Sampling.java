package exacta.engine;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How tokens are chosen. Spec: generation.md#sampler.
 *
 * @param temperature 0 always takes the most likely token; otherwise 0.001 to 10
 * @param topK how many of the most likely tokens to choose from; 0 for all
 * @param topP of these, as many as it takes to reach this share; above 0, 1 for all
 * @param minP of these, those that are at least this likely, measured by the most likely one; 0 to
 *     1, 0 for all
 * @param penalties for tokens that occurred
 * @param bias added to the logits of some tokens, -100 to 100 each
 * @param stop texts that end the answer with the token that completes one of them
 * @param schema a JSON schema that the answer's text fits; empty for any text
 * @param likeliest how many of the likeliest tokens are told for each position, 0 to 20; the answer
 *     does not depend on it
 */
public record Sampling(
    float temperature,
    int topK,
    float topP,
    float minP,
    Penalties penalties,
    SortedMap<Integer, Float> bias,
    List<String> stop,
    String schema,
    int likeliest) {
  public static final float TEMPERATURE_MIN = 0.001f;
  public static final float TEMPERATURE_MAX = 10;
  public static final int STOP_COUNT_MAX = 16;
  public static final int STOP_BYTES_MAX = 256;
  public static final int BIAS_COUNT_MAX = 1024;
  public static final float BIAS_MAX = 100;
  public static final int LIKELIEST_MAX = 20;

  /**
   * @throws IllegalArgumentException with what is wrong, for a value out of range
   */
  public Sampling {
    stop = List.copyOf(stop);
    bias = Collections.unmodifiableSortedMap(new TreeMap<>(bias));
    require(
        temperature == 0 || temperature >= TEMPERATURE_MIN && temperature <= TEMPERATURE_MAX,
        "temperature is 0, or 0.001 to 10, not " + temperature);
    require(topK >= 0, "top-k is 0 or more, not " + topK);
    require(topP > 0 && topP <= 1, "top-p is above 0 and at most 1, not " + topP);
    require(minP >= 0 && minP <= 1, "min-p is 0 to 1, not " + minP);
    require(bias.size() <= BIAS_COUNT_MAX, "at most 1024 tokens have a bias");
    for (Map.Entry<Integer, Float> entry : bias.entrySet()) {
      require(
          Math.abs(entry.getValue()) <= BIAS_MAX,
          "the bias of token " + entry.getKey() + " is -100 to 100, not " + entry.getValue());
    }
    require(
        likeliest >= 0 && likeliest <= LIKELIEST_MAX,
        "0 to 20 of the likeliest tokens are told, not " + likeliest);
    require(stop.size() <= STOP_COUNT_MAX, "there are at most 16 stop texts");
    for (String text : stop) {
      require(StandardCharsets.UTF_8.newEncoder().canEncode(text), "a stop text is valid Unicode");
      int bytes = text.getBytes(StandardCharsets.UTF_8).length;
      require(bytes > 0 && bytes <= STOP_BYTES_MAX, "a stop text has 1 to 256 bytes");
    }
  }

  /** Without min-p, penalties and bias. */
  public Sampling(float temperature, int topK, float topP, List<String> stop) {
    this(temperature, topK, topP, 0, Penalties.none(), Collections.emptySortedMap(), stop, "", 0);
  }

  /** Always the most likely token, and no stop texts. */
  public static Sampling greedy() {
    return new Sampling(0, 0, 1, List.of());
  }

  public Sampling withMinP(float newMinP) {
    return new Sampling(temperature, topK, topP, newMinP, penalties, bias, stop, schema, likeliest);
  }

  public Sampling withPenalties(Penalties newPenalties) {
    return new Sampling(temperature, topK, topP, minP, newPenalties, bias, stop, schema, likeliest);
  }

  public Sampling withBias(SortedMap<Integer, Float> newBias) {
    return new Sampling(temperature, topK, topP, minP, penalties, newBias, stop, schema, likeliest);
  }

  /**
   * So that the answer is JSON.
   *
   * @param newSchema {@code {"type": "object"}} for any object
   */
  public Sampling withSchema(String newSchema) {
    return new Sampling(temperature, topK, topP, minP, penalties, bias, stop, newSchema, likeliest);
  }

  /** So that so many of the likeliest tokens are told for each position. */
  public Sampling withLikeliest(int newLikeliest) {
    return new Sampling(temperature, topK, topP, minP, penalties, bias, stop, schema, newLikeliest);
  }

  static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
