package exacta.host;

import exacta.engine.AnswerRequest;
import exacta.engine.Sampling;
import exacta.protocol.Orders;
import exacta.protocol.Tokens;
import exacta.protocol.v1.InferenceRequest;
import exacta.protocol.v1.SamplingParameters;

/** Turns a request as it is ordered into what the engine answers. */
final class RequestReader {
  private RequestReader() {}

  /**
   * The request with the tokens already had.
   *
   * @throws IllegalArgumentException with what is wrong with it
   */
  static AnswerRequest read(InferenceRequest request, int[] had) {
    SamplingParameters parameters = request.getParameters();
    Sampling sampling =
        new Sampling(
            parameters.getTemperature(),
            parameters.getTopK(),
            parameters.getTopP(),
            parameters.getStopList());
    return new AnswerRequest(
        Tokens.ints(request.getPromptList()),
        parameters.getMaxTokens(),
        sampling,
        Orders.requestHash(request),
        had);
  }
}
