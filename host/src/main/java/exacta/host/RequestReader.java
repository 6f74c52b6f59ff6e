package exacta.host;

import exacta.engine.AnswerRequest;
import exacta.engine.Penalties;
import exacta.engine.Sampling;
import exacta.protocol.Requests;
import exacta.protocol.Tokens;
import exacta.protocol.v1.InferenceRequest;
import exacta.protocol.v1.SamplingParameters;
import exacta.protocol.v1.TokenBias;
import java.util.SortedMap;
import java.util.TreeMap;

/** Turns a request as it is ordered into what the engine answers. */
final class RequestReader {
  private RequestReader() {}

  /**
   * The request with the tokens already had.
   *
   * @throws IllegalArgumentException with what is wrong with it
   */
  static AnswerRequest read(InferenceRequest request, int[] had) {
    return new AnswerRequest(
        Tokens.ints(request.getPromptList()),
        request.getParameters().getMaxTokens(),
        sampling(request.getParameters()),
        Requests.key(request),
        had);
  }

  private static Sampling sampling(SamplingParameters parameters) {
    SortedMap<Integer, Float> bias = new TreeMap<>();
    for (TokenBias entry : parameters.getBiasList()) {
      bias.put(entry.getToken(), entry.getValue());
    }
    return new Sampling(
            parameters.getTemperature(),
            parameters.getTopK(),
            parameters.getTopP(),
            parameters.getStopList())
        .withMinP(parameters.getMinP())
        .withPenalties(penalties(parameters))
        .withBias(bias)
        .withSchema(parameters.getSchema())
        .withLikeliest(parameters.getLikeliest());
  }

  private static Penalties penalties(SamplingParameters parameters) {
    float repetition = parameters.getRepetitionPenalty();
    return new Penalties(
        repetition == 0 ? 1 : repetition, // 0 says that there is none
        parameters.getPresencePenalty(),
        parameters.getFrequencyPenalty());
  }
}
