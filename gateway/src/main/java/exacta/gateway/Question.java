package exacta.gateway;

import exacta.crypto.Address;
import exacta.engine.text.ChatMessage;
import exacta.protocol.v1.SamplingParameters;
import java.util.List;
import java.util.Optional;

/**
 * A question that the program itself asks, as a client would.
 *
 * @param model a name as the chain lists it
 * @param maxTokens the most tokens of the answer
 * @param temperature 0 for the most likely answer
 * @param host the one host that is to answer, or any
 */
public record Question(
    String model, String text, int maxTokens, float temperature, Optional<Address> host) {

  /** A question to whichever host is best, with at most so many tokens of answer. */
  public static Question of(String model, String text, int maxTokens) {
    return new Question(model, text, maxTokens, 0, Optional.empty());
  }

  /** The same to one host. */
  public Question to(Address oneHost) {
    return new Question(model, text, maxTokens, temperature, Optional.of(oneHost));
  }

  ClientRequest request() {
    return new ClientRequest(
        model,
        new ClientPrompt.Chat(List.of(new ChatMessage("user", text)), Toolbox.EMPTY),
        Optional.of(maxTokens),
        SamplingParameters.newBuilder().setTemperature(temperature).setTopP(1).build(),
        Optional.empty(),
        false,
        false,
        false,
        host);
  }
}
