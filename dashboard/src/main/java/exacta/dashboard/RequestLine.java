package exacta.dashboard;

import exacta.primitives.Amount;

/**
 * One order to one host, as its gateway knows it. A request that went on at another host is two
 * lines.
 *
 * @param startedMillis since 1970
 * @param model the name that the client gave
 * @param host the host's address
 * @param session the session in lower-case hex
 * @param order its number in the lane
 * @param promptTokens what is billed as prompt, tokens already had included
 * @param answerTokens so far
 * @param cost zero while it runs
 */
public record RequestLine(
    long startedMillis,
    String model,
    String host,
    String session,
    long order,
    int promptTokens,
    int answerTokens,
    Amount cost,
    State state) {
  /** What the gateway knows by itself; all else is on the chain. */
  public enum State {
    RUNNING,
    /** Ended with a receipt. */
    RECEIPT,
    /** Ended without one: refused, or the host broke before the first token. */
    FAILED
  }
}
