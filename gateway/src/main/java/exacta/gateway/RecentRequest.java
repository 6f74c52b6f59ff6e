package exacta.gateway;

import exacta.crypto.Address;
import exacta.primitives.Amount;
import exacta.primitives.Digest32;
import exacta.protocol.v1.OrderReceipt;
import java.util.List;
import java.util.Optional;

/**
 * A request that was answered, or was not.
 *
 * @param startedMillis milliseconds since 1970, as is the other
 * @param finish {@code stop}, {@code length}, {@code failed}, {@code unserved} or {@code abandoned}
 * @param parts one for each order, in the order of the answer; more than one after a failover
 */
public record RecentRequest(
    long startedMillis,
    long endedMillis,
    String model,
    int promptTokens,
    int answerTokens,
    String finish,
    List<Part> parts) {

  /**
   * What one host did for it.
   *
   * @param number the order's number in its lane
   * @param evidence order and last receipt as they were signed; if the receipt did not come, the
   *     cost is what the tokens cost
   */
  public record Part(
      Address host,
      Digest32 session,
      long number,
      Digest32 order,
      int tokens,
      Amount cost,
      Optional<OrderReceipt> evidence) {}

  public RecentRequest {
    parts = List.copyOf(parts);
  }

  /** What all parts cost together. */
  public Amount cost() {
    return parts.stream().map(Part::cost).reduce(Amount.ZERO, Amount::plus);
  }

  static RecentRequest of(long startedMillis, long endedMillis, AnswerJob job, Outcome outcome) {
    String finish =
        switch (outcome) {
          case Outcome.Answered answered ->
              answered.finish() == Outcome.Finish.STOP ? "stop" : "length";
          case Outcome.ModelFailed _ -> "failed";
          case Outcome.NobodyLeft _ -> "unserved";
          case Outcome.Abandoned _ -> "abandoned";
        };
    return new RecentRequest(
        startedMillis,
        endedMillis,
        job.listing().name(),
        job.promptCount(),
        outcome.tokenCount(),
        finish,
        outcome.legs().stream().map(RecentRequest::part).toList());
  }

  private static Part part(Leg leg) {
    return new Part(
        leg.host(),
        leg.session(),
        leg.number(),
        leg.orderHash(),
        leg.tokens(),
        Amount.ofNano(leg.cost()),
        leg.evidence());
  }
}
