package exacta.engine;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * How tokens are chosen. Spec: generation.md#sampler.
 *
 * @param temperature 0 always takes the most likely token; otherwise 0.001 to 10
 * @param topK how many of the most likely tokens to choose from; 0 for all
 * @param topP of these, as many as it takes to reach this share; above 0, 1 for all
 * @param stop texts that end the answer with the token that completes one of them
 */
public record Sampling(float temperature, int topK, float topP, List<String> stop) {
  public static final float TEMPERATURE_MIN = 0.001f;
  public static final float TEMPERATURE_MAX = 10;
  public static final int STOP_COUNT_MAX = 16;
  public static final int STOP_BYTES_MAX = 256;

  /**
   * @throws IllegalArgumentException with what is wrong, for a value out of range
   */
  public Sampling {
    stop = List.copyOf(stop);
    require(
        temperature == 0 || temperature >= TEMPERATURE_MIN && temperature <= TEMPERATURE_MAX,
        "temperature is 0, or 0.001 to 10, not " + temperature);
    require(topK >= 0, "top-k is 0 or more, not " + topK);
    require(topP > 0 && topP <= 1, "top-p is above 0 and at most 1, not " + topP);
    require(stop.size() <= STOP_COUNT_MAX, "there are at most 16 stop texts");
    for (String text : stop) {
      require(StandardCharsets.UTF_8.newEncoder().canEncode(text), "a stop text is valid Unicode");
      int bytes = text.getBytes(StandardCharsets.UTF_8).length;
      require(bytes > 0 && bytes <= STOP_BYTES_MAX, "a stop text has 1 to 256 bytes");
    }
  }

  /** Always the most likely token, and no stop texts. */
  public static Sampling greedy() {
    return new Sampling(0, 0, 1, List.of());
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
