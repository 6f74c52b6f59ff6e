package exacta.gateway;

import exacta.crypto.Address;
import exacta.protocol.v1.SamplingParameters;
import java.util.Optional;

/**
 * A request as a client made it, with defaults filled in.
 *
 * @param maxTokens the most tokens of the answer, if the client said so
 * @param sampling without the limit of tokens
 * @param seed makes answers repeatable, if the client gave one
 * @param logProbabilities whether the client wants to see them
 * @param onlyHost the one host that may answer, or any
 */
record ClientRequest(
    String model,
    ClientPrompt prompt,
    Optional<Integer> maxTokens,
    SamplingParameters sampling,
    Optional<Long> seed,
    boolean stream,
    boolean includeUsage,
    boolean logProbabilities,
    Optional<Address> onlyHost) {

  /** The same, to see log-probabilities, and those of so many of the likeliest tokens. */
  ClientRequest withLogProbabilities(int likeliest) {
    return new ClientRequest(
        model,
        prompt,
        maxTokens,
        sampling.toBuilder().setLikeliest(likeliest).build(),
        seed,
        stream,
        includeUsage,
        true,
        onlyHost);
  }
}
