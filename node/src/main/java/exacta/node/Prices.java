package exacta.node;

import exacta.primitives.Amount;
import exacta.primitives.ExactaException;

/**
 * What a host asks.
 *
 * @param input for a million tokens of prompt
 * @param output for a million tokens of answer
 */
public record Prices(Amount input, Amount output) {
  /** What the hosts of a demo ask: 0.2 and 0.8 GNK. */
  public static final Prices STANDARD =
      new Prices(
          Amount.ofNano(Amount.NANO_PER_COIN / 5), Amount.ofNano(Amount.NANO_PER_COIN / 5 * 4));

  /** Reads what a user typed, in ngonka. */
  public static Prices ofNano(long input, long output) {
    if (input < 0 || output < 0) {
      throw ExactaException.fatal("a price is not negative: " + Math.min(input, output));
    }
    return new Prices(Amount.ofNano(input), Amount.ofNano(output));
  }
}
