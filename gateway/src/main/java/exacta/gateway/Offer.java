package exacta.gateway;

import exacta.protocol.Bounds;
import exacta.protocol.Orders;
import exacta.protocol.v1.Ask;

/**
 * At which prices a host sells a model.
 *
 * @param inputPrice ngonka for a million tokens, as is the other
 * @param contextLength the most tokens of prompt and answer together
 */
record Offer(long inputPrice, long outputPrice, int contextLength) {
  static Offer of(Ask ask) {
    return new Offer(
        ask.getInputPrice(),
        ask.getOutputPrice(),
        Math.clamp(Integer.toUnsignedLong(ask.getContextLength()), 0, Bounds.TOKENS_MAX));
  }

  /** ngonka for so many tokens: what an order of this size costs at most. */
  long cost(int promptCount, int answerCount) {
    long prompt = Math.multiplyExact(promptCount, inputPrice);
    long answer = Math.multiplyExact(answerCount, outputPrice);
    return answerCount == 0 ? 0 : Math.addExact(prompt, answer) / Orders.PRICED_TOKENS;
  }
}
