package exacta.ledger;

import exacta.primitives.Check;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import java.math.BigInteger;

/**
 * The numbers that one draw gives, one after the other. Number i below n is {@code H("draw-number",
 * value, i)}, read as an unsigned integer with the most significant byte first, modulo n: its bias
 * is below 2^-192. Spec: market.md#numbers.
 */
final class DrawNumbers {
  private final Digest32 value;
  private long next;

  DrawNumbers(Digest32 value) {
    this.value = value;
  }

  /** The next number, from 0 to {@code bound - 1}. */
  long below(long bound) {
    Check.that(bound > 0, "a draw is among at least one");
    Digest32 hash = Hasher.of("draw-number").digest(value).integer(next++).finish();
    return new BigInteger(1, hash.toBytes()).mod(BigInteger.valueOf(bound)).longValueExact();
  }
}
