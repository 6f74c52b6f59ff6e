package exacta.gateway;

import exacta.crypto.Address;
import java.math.BigInteger;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Picks the lane for an order. First come hosts that did not fail lately; then, for its weight, the
 * one with the fewest open orders; then the cheapest for this order; then, for its weight, the one
 * that had the fewest orders in all; then the lowest address. Spec: gateway.md#choice.
 */
final class LaneChooser {
  /**
   * A lane that could take the order.
   *
   * @param costMax ngonka that the order costs there at most
   */
  record Candidate(Lane lane, Seller seller, Offer offer, long costMax) {}

  private record Ranked(
      Candidate candidate, HostStanding.Fitness fitness, long open, long total, long weight) {}

  private static final Comparator<Ranked> ORDER =
      Comparator.comparing(Ranked::fitness)
          .thenComparing((a, b) -> compareShares(a.open(), a.weight(), b.open(), b.weight()))
          .thenComparing(ranked -> ranked.candidate().costMax())
          .thenComparing((a, b) -> compareShares(a.total(), a.weight(), b.total(), b.weight()))
          .thenComparing(ranked -> ranked.candidate().lane().host());

  private final HostStanding standing;
  private final int openOrdersMax;

  LaneChooser(HostStanding standing, int openOrdersMax) {
    this.standing = standing;
    this.openOrdersMax = openOrdersMax;
  }

  /**
   * @param tried hosts that are out of the question
   */
  Optional<Candidate> choose(List<Candidate> candidates, Set<Address> tried) {
    return candidates.stream()
        .filter(candidate -> !tried.contains(candidate.lane().host()))
        .map(this::rank)
        .filter(ranked -> ranked.fitness() != HostStanding.Fitness.SHUNNED)
        .filter(ranked -> ranked.candidate().lane().ledger().namedCount() < openOrdersMax)
        .filter(ranked -> ranked.candidate().lane().remaining() >= ranked.candidate().costMax())
        .min(ORDER)
        .map(Ranked::candidate);
  }

  private Ranked rank(Candidate candidate) {
    Lane lane = candidate.lane();
    return new Ranked(
        candidate,
        standing.fitness(lane.host()),
        lane.ledger().openCount(),
        lane.ledger().orderCount(),
        Math.max(1, candidate.seller().weight()));
  }

  /** Compares one / weightOfOne with two / weightOfTwo. */
  private static int compareShares(long one, long weightOfOne, long two, long weightOfTwo) {
    BigInteger left = BigInteger.valueOf(one).multiply(BigInteger.valueOf(weightOfTwo));
    return left.compareTo(BigInteger.valueOf(two).multiply(BigInteger.valueOf(weightOfOne)));
  }
}
