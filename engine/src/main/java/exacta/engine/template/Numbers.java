package exacta.engine.template;

import java.math.BigDecimal;

/** Python's way with numbers that have a fraction. */
final class Numbers {
  private static final int POWER_MAX = 16;
  private static final int POWER_MIN = -3;

  private Numbers() {}

  /**
   * The shortest digits that tell the number from its neighbours, written as Python's repr does.
   */
  static String text(double value) {
    String shortest = Double.toString(value);
    BigDecimal decimal = new BigDecimal(shortest);
    String digits = decimal.unscaledValue().abs().toString();
    int kept = digits.length();
    while (kept > 1 && digits.charAt(kept - 1) == '0') {
      kept--;
    }
    // The number is 0.DIGITS times ten to this power.
    int power = decimal.signum() == 0 ? 1 : digits.length() - decimal.scale();
    digits = digits.substring(0, kept);
    return (shortest.startsWith("-") ? "-" : "") + text(digits, power);
  }

  private static String text(String digits, int power) {
    if (power > POWER_MAX || power < POWER_MIN) {
      String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
      int exponent = Math.abs(power - 1);
      String sign = power > 0 ? "+" : "-";
      return digits.charAt(0) + fraction + "e" + sign + (exponent < 10 ? "0" : "") + exponent;
    }
    if (power <= 0) {
      return "0." + "0".repeat(-power) + digits;
    }
    return digits.length() <= power
        ? digits + "0".repeat(power - digits.length()) + ".0"
        : digits.substring(0, power) + "." + digits.substring(power);
  }

  /** Compares by exact value; both are numbers. */
  static int compare(Value left, Value right) {
    return exact(left).compareTo(exact(right));
  }

  static boolean isNumber(Value value) {
    return value instanceof Value.Int || value instanceof Value.Real;
  }

  private static BigDecimal exact(Value value) {
    return switch (value) {
      case Value.Int number -> BigDecimal.valueOf(number.value());
      case Value.Real number -> new BigDecimal(number.value());
      default -> throw new IllegalArgumentException(value.kind());
    };
  }
}
