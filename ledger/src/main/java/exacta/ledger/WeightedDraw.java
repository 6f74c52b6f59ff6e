package exacta.ledger;

import exacta.crypto.Address;
import exacta.primitives.Check;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Draws among candidates, each as likely as its weight says. The order of the candidates is part of
 * the draw, so callers list them by address. Spec: market.md#weighted.
 */
final class WeightedDraw {
  /** Who may be drawn; a weight of 0 never is while others have some. */
  record Candidate(Address address, long weight) {
    Candidate {
      Check.that(weight >= 0, "a weight is never negative");
    }
  }

  private WeightedDraw() {}

  /** One of them, if there is one. */
  static Optional<Address> one(DrawNumbers numbers, List<Candidate> candidates) {
    return candidates.isEmpty()
        ? Optional.empty()
        : Optional.of(candidates.get(index(numbers, candidates)).address());
  }

  /**
   * So many different ones, in the order in which they were drawn; if there are no more than that,
   * all of them in their own order.
   */
  static List<Address> distinct(DrawNumbers numbers, List<Candidate> candidates, int count) {
    if (candidates.size() <= count) {
      return candidates.stream().map(Candidate::address).toList();
    }
    List<Candidate> rest = new ArrayList<>(candidates);
    List<Address> drawn = new ArrayList<>(count);
    while (drawn.size() < count) {
      drawn.add(rest.remove(index(numbers, rest)).address());
    }
    return List.copyOf(drawn);
  }

  private static int index(DrawNumbers numbers, List<Candidate> candidates) {
    long total = 0;
    for (Candidate candidate : candidates) {
      total = Math.addExact(total, candidate.weight());
    }
    if (total == 0) {
      return (int) numbers.below(candidates.size());
    }
    long at = numbers.below(total);
    for (int i = 0; i < candidates.size(); i++) {
      at -= candidates.get(i).weight();
      if (at < 0) {
        return i;
      }
    }
    throw new AssertionError("a number below the total weight belongs to a candidate");
  }
}
