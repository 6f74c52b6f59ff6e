package exacta.protocol;

import exacta.primitives.Amount;
import exacta.protocol.cosmos.base.Coin;
import java.util.Optional;

/** Amounts as the Cosmos schema writes them. */
public final class Coins {
  /** The only denomination: the base unit. */
  public static final String DENOMINATION = "ngonka";

  private static final int DIGITS_MAX = 19;

  private Coins() {}

  public static Coin of(Amount amount) {
    return Coin.newBuilder()
        .setDenom(DENOMINATION)
        .setAmount(Long.toString(amount.nanoCoins()))
        .build();
  }

  /** The amount; empty for another denomination, or unless it is a decimal number below 2^63. */
  public static Optional<Amount> parse(Coin coin) {
    String digits = coin.getAmount();
    if (!coin.getDenom().equals(DENOMINATION)
        || digits.isEmpty()
        || digits.length() > DIGITS_MAX
        || !digits.chars().allMatch(c -> c >= '0' && c <= '9')
        || digits.length() > 1 && digits.charAt(0) == '0') {
      return Optional.empty();
    }
    try {
      return Optional.of(Amount.ofNano(Long.parseLong(digits)));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
