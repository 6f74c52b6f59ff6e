package exacta.numerics.x86;

import exacta.primitives.Check;

/**
 * A place in memory: base + index * scale + displacement.
 *
 * @param index is none where the scale is 0
 */
record Address(Register base, Register index, int scale, int displacement) {
  Address {
    Check.that(0 <= scale && scale <= 8 && Integer.bitCount(scale) <= 1, "a scale is 1, 2, 4 or 8");
  }

  static Address of(Register base, int displacement) {
    return new Address(base, base, 0, displacement);
  }

  Address plus(int bytes) {
    return new Address(base, index, scale, displacement + bytes);
  }
}
