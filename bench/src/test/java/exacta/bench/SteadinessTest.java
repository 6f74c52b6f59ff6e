package exacta.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class SteadinessTest {
  private static final double[] SOON = {0, 0, 0.4, 0.95, 1.01, 0.99, 1.02, 1, 0.98, 1, 1.03, 1};

  @Test
  void aStartIsSteadyOnceItKeepsUpWithAWarmProcess() {
    assertEquals(3, Steadiness.secondsUntilSteady(SOON));
  }

  @Test
  void aStartThatIsStuckNeverIs() {
    double[] stuck = Arrays.stream(SOON).map(share -> 0.5 * share).toArray();
    assertEquals(stuck.length, Steadiness.secondsUntilSteady(stuck));
  }

  @Test
  void norIsAStartThatDoesNothing() {
    assertEquals(12, Steadiness.secondsUntilSteady(new double[12]));
  }

  @Test
  void oneSlowSecondIsNoise() {
    double[] disturbed = SOON.clone();
    disturbed[7] = 0.2;
    assertEquals(3, Steadiness.secondsUntilSteady(disturbed));
  }

  @Test
  void twoSlowSecondsTogetherAreNot() {
    double[] late = SOON.clone();
    late[7] = 0.2;
    late[8] = 0.2;
    assertEquals(9, Steadiness.secondsUntilSteady(late));
  }
}
