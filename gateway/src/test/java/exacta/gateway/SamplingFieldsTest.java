package exacta.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import exacta.protocol.v1.SamplingParameters;
import exacta.protocol.v1.TokenBias;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class SamplingFieldsTest {
  private static SamplingParameters read(String json) throws ApiException {
    return SamplingFields.read(Fields.of(Json.parse(json.getBytes(StandardCharsets.UTF_8))));
  }

  @Test
  void passOnWhatTheClientSays() throws ApiException {
    SamplingParameters expected =
        SamplingParameters.newBuilder()
            .setTemperature(0.5f)
            .setTopK(40)
            .setTopP(0.9f)
            .setMinP(0.05f)
            .setRepetitionPenalty(1.25f)
            .setPresencePenalty(-0.5f)
            .setFrequencyPenalty(2)
            .addBias(TokenBias.newBuilder().setToken(7).setValue(-100))
            .addBias(TokenBias.newBuilder().setToken(11).setValue(0.5f))
            .addStop("a")
            .addStop("\n")
            .build();
    assertEquals(
        expected,
        read(
            """
            {"temperature": 0.5, "top_k": 40, "top_p": 0.9, "min_p": 0.05, "repetition_penalty": 1.25,
             "presence_penalty": -0.5, "frequency_penalty": 2, "logit_bias": {"11": 0.5, "7": -100},
             "stop": ["a", "\\n"]}
            """));
  }

  /** So that a request has one hash, however its client says that something is off. */
  @Test
  void giveTheSameForEveryWayToLeaveSomethingOff() throws ApiException {
    SamplingParameters plain = read("{}");
    assertEquals(SamplingParameters.newBuilder().setTemperature(1).setTopP(1).build(), plain);
    assertEquals(
        plain,
        read(
            """
            {"temperature": 1.0, "top_k": -1, "top_p": 1, "min_p": -0.0, "repetition_penalty": 1.0,
             "presence_penalty": -0.0, "frequency_penalty": 0, "logit_bias": {}, "stop": []}
            """));
  }
}
