package exacta.gateway;

import exacta.crypto.Address;
import exacta.engine.text.ModelCard;
import exacta.protocol.v1.InferenceRequest;
import java.util.Optional;
import java.util.SortedMap;

/**
 * An answer to be bought.
 *
 * @param onlyHost the one host that may be asked, or any
 * @param marks names of control tokens that the answer's text is to have
 */
record AnswerJob(
    Listing listing,
    ModelCard card,
    InferenceRequest request,
    Optional<Address> onlyHost,
    SortedMap<Integer, String> marks) {
  int promptCount() {
    return request.getPromptCount();
  }

  /** How many of the likeliest tokens hosts tell for each position. */
  int likeliest() {
    return Math.min(request.getParameters().getLikeliest(), card.vocabularySize());
  }

  /** The most tokens of the whole answer. */
  int maxTokens() {
    return request.getParameters().getMaxTokens();
  }
}
