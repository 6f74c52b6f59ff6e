package exacta.ledger;

import exacta.primitives.Check;
import java.util.List;
import java.util.TreeSet;

/**
 * The coins that a draw picks out of all that a host settled, and the lanes in which they lie.
 * Spec: market.md#coins.
 */
final class Coins {
  /**
   * A coin of a lane.
   *
   * @param lane index of the lane
   * @param offset counted within the lane's settlement from 0
   */
  record Place(int lane, long offset) {}

  private Coins() {}

  /** Picks so many of {@code total} coins; one picked twice counts once. Ascending. */
  static List<Long> draw(DrawNumbers numbers, long total, int count) {
    TreeSet<Long> coins = new TreeSet<>();
    for (int i = 0; i < count; i++) {
      coins.add(numbers.below(total));
    }
    return List.copyOf(coins);
  }

  /** Where a coin lies, the lanes' sums being laid end to end. */
  static Place place(List<Long> laneSums, long coin) {
    long offset = coin;
    for (int lane = 0; lane < laneSums.size(); lane++) {
      if (offset < laneSums.get(lane)) {
        return new Place(lane, offset);
      }
      offset -= laneSums.get(lane);
    }
    Check.that(false, "a coin below the total lies in a lane");
    return new Place(0, 0);
  }
}
