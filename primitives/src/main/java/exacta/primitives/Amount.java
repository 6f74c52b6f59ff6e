package exacta.primitives;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * A sum of money in ngonka, the base unit: 1 GNK = 10^9 ngonka. Never negative. All arithmetic is
 * exact; an overflow or a negative result is an {@link ArithmeticException}.
 */
public record Amount(long nanoCoins) implements Comparable<Amount> {
  public static final Amount ZERO = new Amount(0);
  public static final long NANO_PER_COIN = 1_000_000_000L;

  public Amount {
    if (nanoCoins < 0) {
      throw new ArithmeticException("an amount is never negative: " + nanoCoins);
    }
  }

  public static Amount ofNano(long nanoCoins) {
    return nanoCoins == 0 ? ZERO : new Amount(nanoCoins);
  }

  public static Amount ofCoins(long coins) {
    return new Amount(Math.multiplyExact(coins, NANO_PER_COIN));
  }

  public Amount plus(Amount other) {
    return new Amount(Math.addExact(nanoCoins, other.nanoCoins));
  }

  public Amount minus(Amount other) {
    return new Amount(Math.subtractExact(nanoCoins, other.nanoCoins));
  }

  public Amount times(long factor) {
    return new Amount(Math.multiplyExact(nanoCoins, factor));
  }

  /** {@code floor(this * numerator / denominator)}, without overflow in between. */
  public Amount share(long numerator, long denominator) {
    Check.that(
        numerator >= 0 && denominator > 0,
        "a share has a numerator from 0 and a denominator from 1");
    return new Amount(
        BigInteger.valueOf(nanoCoins)
            .multiply(BigInteger.valueOf(numerator))
            .divide(BigInteger.valueOf(denominator))
            .longValueExact());
  }

  public Amount min(Amount other) {
    return nanoCoins <= other.nanoCoins ? this : other;
  }

  public boolean isZero() {
    return nanoCoins == 0;
  }

  @Override
  public int compareTo(Amount other) {
    return Long.compare(nanoCoins, other.nanoCoins);
  }

  /** Coins with as many decimals as needed, such as {@code 1.5 GNK}. */
  @Override
  public String toString() {
    return BigDecimal.valueOf(nanoCoins, 9).stripTrailingZeros().toPlainString() + " GNK";
  }
}
