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
  /** Who may be drawn; a weight of 0 never is, unless all are taken. */
  record Candidate(Address address, long weight) {
    Candidate {
      Check.that(weight >= 0, "a weight is never negative");
    }
  }

  private WeightedDraw() {}

  /** One of them; nobody if all weights are 0. */
  static Optional<Address> one(DrawNumbers numbers, List<Candidate> candidates) {
    int index = index(numbers, candidates);
    return index < 0 ? Optional.empty() : Optional.of(candidates.get(index).address());
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
      int index = index(numbers, rest);
      if (index < 0) {
        break;
      }
      drawn.add(rest.remove(index).address());
    }
    return List.copyOf(drawn);
  }

  private static int index(DrawNumbers numbers, List<Candidate> candidates) {
    long total = 0;
    for (Candidate candidate : candidates) {
      total = Math.addExact(total, candidate.weight());
    }
    if (total == 0) {
      return -1;
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
