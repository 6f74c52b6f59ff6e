package exacta.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.primitives.Digest32;
import exacta.protocol.v1.InferenceRequest;
import exacta.protocol.v1.SamplingParameters;
import exacta.protocol.v1.TokenBias;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RequestsTest {
  private static InferenceRequest with(Consumer<SamplingParameters.Builder> change) {
    InferenceRequest.Builder request = Fixtures.request().toBuilder();
    change.accept(request.getParametersBuilder());
    return request.build();
  }

  private static TokenBias bias(int token, float value) {
    return TokenBias.newBuilder().setToken(token).setValue(value).build();
  }

  @Test
  void everyParameterCountsForTheHash() {
    List<Consumer<SamplingParameters.Builder>> changes =
        List.of(
            parameters -> {},
            parameters -> parameters.setMaxTokens(21),
            parameters -> parameters.setTemperature(0.25f),
            parameters -> parameters.setTopK(41),
            parameters -> parameters.setTopP(0.5f),
            parameters -> parameters.addStop("min_p"),
            parameters -> parameters.setMinP(0.5f),
            parameters -> parameters.setRepetitionPenalty(0.5f),
            parameters -> parameters.setPresencePenalty(0.5f),
            parameters -> parameters.setPresencePenalty(-0.5f),
            parameters -> parameters.setFrequencyPenalty(0.5f),
            parameters -> parameters.setFrequencyPenalty(-0f),
            parameters -> parameters.addBias(bias(3, 0.5f)),
            parameters -> parameters.addBias(bias(3, 0)),
            parameters -> parameters.addBias(bias(4, 0.5f)),
            parameters -> parameters.addBias(bias(3, 0.5f)).addBias(bias(4, 0.5f)),
            parameters -> parameters.setSchema("true"),
            parameters -> parameters.addStop("schema"),
            parameters -> parameters.setLikeliest(1),
            parameters -> parameters.setLikeliest(2));
    Set<Digest32> hashes = new HashSet<>();
    changes.forEach(change -> assertTrue(hashes.add(Requests.hash(with(change)))));
  }

  @Test
  void whatIsToldOfAnAnswerDoesNotCountForTheKey() {
    InferenceRequest plain = with(parameters -> {});
    assertEquals(Requests.hash(plain), Requests.key(plain));
    assertEquals(Requests.key(plain), Requests.key(with(parameters -> parameters.setLikeliest(7))));
  }

  @Test
  void whatCannotBeAnsweredIsNotWellFormed() {
    assertEquals(Optional.empty(), Requests.problem(Fixtures.request()));
    List<Consumer<SamplingParameters.Builder>> changes =
        List.of(
            parameters -> parameters.setMaxTokens(0),
            parameters -> parameters.setTemperature(-1),
            parameters -> parameters.setTemperature(Float.NaN),
            parameters -> parameters.setTopK(-1),
            parameters -> parameters.setTopP(0),
            parameters -> parameters.setMinP(-0.1f),
            parameters -> parameters.setMinP(1.1f),
            parameters -> parameters.setMinP(Float.NaN),
            parameters -> parameters.setRepetitionPenalty(-1),
            parameters -> parameters.setRepetitionPenalty(Float.POSITIVE_INFINITY),
            parameters -> parameters.setPresencePenalty(Float.NaN),
            parameters -> parameters.setFrequencyPenalty(Float.NEGATIVE_INFINITY),
            parameters -> parameters.addStop(""),
            parameters -> parameters.setSchema("x".repeat(Bounds.SCHEMA_BYTES_MAX + 1)),
            parameters -> parameters.addBias(bias(-1, 1)),
            parameters -> parameters.addBias(bias(3, Float.NaN)),
            parameters -> parameters.addBias(bias(3, 1)).addBias(bias(3, 1)),
            parameters -> parameters.addBias(bias(4, 1)).addBias(bias(3, 1)));
    for (int i = 0; i < changes.size(); i++) {
      assertTrue(Requests.problem(with(changes.get(i))).isPresent(), "change " + i);
    }
  }

  @Test
  void aRequestHasABiasForSoManyTokens() {
    Consumer<SamplingParameters.Builder> most =
        parameters -> {
          for (int token = 0; token < Bounds.BIASES_MAX; token++) {
            parameters.addBias(bias(token, -1));
          }
        };
    assertEquals(Optional.empty(), Requests.problem(with(most)));
    assertTrue(
        Requests.problem(
                with(most.andThen(parameters -> parameters.addBias(bias(Bounds.BIASES_MAX, 1)))))
            .isPresent());
  }
}
