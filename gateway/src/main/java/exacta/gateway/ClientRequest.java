package exacta.gateway;

import exacta.crypto.Address;
import java.util.List;
import java.util.Optional;

/**
 * A request as a client made it, with defaults filled in.
 *
 * @param maxTokens the most tokens of the answer, if the client said so
 * @param topK 0: off
 * @param topP 1: off
 * @param seed makes answers repeatable, if the client gave one
 * @param onlyHost the one host that may answer, or any
 */
record ClientRequest(
    String model,
    ClientPrompt prompt,
    Optional<Integer> maxTokens,
    float temperature,
    int topK,
    float topP,
    List<String> stop,
    Optional<Long> seed,
    boolean stream,
    boolean includeUsage,
    Optional<Address> onlyHost) {
  ClientRequest {
    stop = List.copyOf(stop);
  }
}
