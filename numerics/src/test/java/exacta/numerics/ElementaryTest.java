package exacta.numerics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ElementaryTest {
  @Test
  void computesExpWithinTwoUlp() {
    double worst = 0;
    for (float x = -103.9f; x <= 88; x += 0.00137f) {
      worst = Math.max(worst, errorUlp(Elementary.exp(x), StrictMath.exp(x)));
    }
    assertTrue(worst <= 2, "worst error " + worst + " ulp");
    assertEquals(1f, Elementary.exp(0));
    assertEquals(0, Float.floatToRawIntBits(Elementary.exp(-104.5f)));
    assertTrue(Float.isNaN(Elementary.exp(Float.NaN)));
  }

  @Test
  void computesLogWithinTwoUlp() {
    double worst = 0;
    for (int bits = 1; bits > 0 && bits < 0x7f800000; bits += 2311) {
      float x = Float.intBitsToFloat(bits);
      worst = Math.max(worst, errorUlp(Elementary.log(x), StrictMath.log(x)));
    }
    for (float x = 0.4f; x < 3; x = Math.nextUp(x) + 1e-6f) {
      worst = Math.max(worst, errorUlp(Elementary.log(x), StrictMath.log(x)));
    }
    assertTrue(worst <= 2, "worst error " + worst + " ulp");
    assertEquals(0f, Elementary.log(1));
  }

  @Test
  void findsWhatIsNotFinite() {
    float[] values = {1, -Float.MAX_VALUE, Float.MIN_VALUE, Float.NaN, Float.NEGATIVE_INFINITY};
    assertTrue(Elementary.allFinite(values, 0, 3));
    assertFalse(Elementary.allFinite(values, 0, 4));
    assertFalse(Elementary.allFinite(values, 4, 1));
  }

  private static double errorUlp(float actual, double exact) {
    return Math.abs(actual - exact) / Math.ulp((float) exact);
  }
}
