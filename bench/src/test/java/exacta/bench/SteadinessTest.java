package exacta.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SteadinessTest {
  private static final double[] FAST = {0, 0, 40, 95, 101, 99, 102, 100, 98, 100, 103, 100};
  private static final double[] STUCK = {0, 0, 10, 11, 10, 11, 10, 10, 11, 10, 11, 10};

  @Test
  void allStartsAreMeasuredByOneSpeed() {
    double reference = Steadiness.reference(List.of(STUCK, FAST, STUCK));
    assertEquals(100, reference);
    assertEquals(3, Steadiness.secondsUntilSteady(FAST, reference));
    assertEquals(STUCK.length, Steadiness.secondsUntilSteady(STUCK, reference));
  }

  /** Even the best of them has no speed then. */
  @Test
  void startsThatDoNothingAreNeverSteady() {
    double[] idle = new double[12];
    double reference = Steadiness.reference(List.of(idle, idle));
    assertEquals(idle.length, Steadiness.secondsUntilSteady(idle, reference));
  }

  @Test
  void oneSlowSecondIsNoise() {
    double[] disturbed = FAST.clone();
    disturbed[7] = 20;
    assertEquals(3, Steadiness.secondsUntilSteady(disturbed, 100));
  }

  @Test
  void twoSlowSecondsTogetherAreNot() {
    double[] late = FAST.clone();
    late[7] = 20;
    late[8] = 20;
    assertEquals(9, Steadiness.secondsUntilSteady(late, 100));
  }
}
