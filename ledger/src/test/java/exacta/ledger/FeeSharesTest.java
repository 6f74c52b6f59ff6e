package exacta.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;

import exacta.primitives.Amount;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FeeSharesTest {
  @Test
  void splitsWhatTheDeveloperPaid() {
    FeeShares shares = FeeShares.of(Amount.ofNano(1000), 200, 50, 10, List.of(4, 6));
    assertEquals(Amount.ofNano(750), shares.host());
    assertEquals(List.of(Amount.ofNano(20), Amount.ofNano(30)), shares.auditors());
    assertEquals(Amount.ofNano(200), shares.training());
  }

  @Test
  void givesToTrainingWhatRoundingLeavesAndNobodyEarned() {
    FeeShares shares = FeeShares.of(Amount.ofNano(1019), 200, 50, 10, List.of(3, 3));
    assertEquals(Amount.ofNano(764), shares.host());
    assertEquals(List.of(Amount.ofNano(15), Amount.ofNano(15)), shares.auditors());
    assertEquals(Amount.ofNano(1019 - 764 - 30), shares.training());
    assertEquals(
        Amount.ofNano(250), FeeShares.of(Amount.ofNano(1000), 200, 50, 10, List.of()).training());
    assertEquals(
        Amount.ofNano(250), FeeShares.of(Amount.ofNano(1000), 200, 50, 0, List.of()).training());
    assertEquals(
        Amount.ofNano(1), FeeShares.of(Amount.ofNano(1), 200, 50, 1, List.of(1)).training());
  }

  @Test
  void losesNothing() {
    Random random = new Random(7);
    for (int i = 0; i < 10_000; i++) {
      int training = random.nextInt(1001);
      int audit = random.nextInt(1001 - training);
      List<Integer> attested = new ArrayList<>();
      int samples = random.nextInt(50);
      for (int left = samples; left > 0; ) {
        int given = 1 + random.nextInt(left);
        left -= given;
        if (random.nextBoolean()) {
          attested.add(given);
        }
      }
      Amount fees = Amount.ofNano(random.nextLong() >>> (1 + random.nextInt(62)));
      FeeShares shares = FeeShares.of(fees, training, audit, samples, attested);
      Amount sum = shares.host().plus(shares.training());
      for (Amount part : shares.auditors()) {
        sum = sum.plus(part);
      }
      assertEquals(fees, sum);
    }
  }
}
