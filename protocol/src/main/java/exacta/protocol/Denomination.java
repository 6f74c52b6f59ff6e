package exacta.protocol;

import exacta.primitives.Amount;
import exacta.protocol.cosmos.base.Coin;
import java.util.List;
import java.util.Optional;

/** Amounts as the Cosmos schema writes them. */
public final class Denomination {
  /** The only denomination: the base unit. */
  public static final String NAME = "ngonka";

  private static final int DIGITS_MAX = 19;

  private Denomination() {}

  public static Coin of(Amount amount) {
    return Coin.newBuilder().setDenom(NAME).setAmount(Long.toString(amount.nanoCoins())).build();
  }

  /** As the Cosmos SDK writes it in texts and events. */
  public static String text(Amount amount) {
    return amount.nanoCoins() + NAME;
  }

  /** One positive sum of our coin; empty for any other list. */
  static Optional<Amount> parseSum(List<Coin> coins) {
    return coins.size() == 1
        ? parse(coins.getFirst()).filter(amount -> !amount.isZero())
        : Optional.empty();
  }

  private static boolean isDigits(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  /** The amount; empty for another denomination, or unless it is a decimal number below 2^63. */
  public static Optional<Amount> parse(Coin coin) {
    String digits = coin.getAmount();
    if (!coin.getDenom().equals(NAME)
        || digits.isEmpty()
        || digits.length() > DIGITS_MAX
        || !isDigits(digits)
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
