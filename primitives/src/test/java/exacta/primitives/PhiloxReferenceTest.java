package exacta.primitives;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;

/** The published vectors of Random123 (kat_vectors, philox4x32, 10 rounds). */
class PhiloxReferenceTest {
  @Test
  void zeros() {
    int[] out = new int[4];
    Philox.block(0, 0, 0, 0, 0, 0, out, 0);
    assertArrayEquals(new int[] {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}, out);
  }

  @Test
  void ones() {
    int[] out = new int[4];
    Philox.block(-1, -1, -1, -1, -1, -1, out, 0);
    assertArrayEquals(new int[] {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}, out);
  }

  @Test
  void digitsOfPi() {
    int[] out = new int[4];
    Philox.block(0xa4093822, 0x299f31d0, 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, out, 0);
    assertArrayEquals(new int[] {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}, out);
  }
}
