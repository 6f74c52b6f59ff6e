package exacta.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import exacta.ledger.ValidatorPowers.Candidate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class ValidatorPowersTest {
  private static List<Candidate> candidates(String weights) {
    List<Candidate> candidates = new ArrayList<>();
    for (String of : weights.isEmpty() ? new String[0] : weights.split(" ")) {
      List<Long> plans = new ArrayList<>();
      for (String weight : of.split("\\+")) {
        plans.add(Long.parseLong(weight));
      }
      byte number = (byte) candidates.size();
      candidates.add(new Candidate(ByteString.copyFrom(new byte[] {number}), plans));
    }
    return candidates;
  }

  private static List<ValidatorPower> powers(String weights, int countMax) {
    return ValidatorPowers.of(candidates(weights), countMax);
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @CsvSource({
    "'', ''",
    "0 0, ''",
    "7, 1000000",
    // The mean of the plans: a day of rented machines buys a day's share.
    "10+10+10+10 0+0+0+40 10+10+10+10 10+10+10+10, 250000 250000 250000 250000",
    // Two and three: an even share is more than 30 %.
    "9 1, 500000 100000",
    "5 3 2, 333333 300000 200000",
    // Four and more: 30 % of all. What is cut off is nobody's.
    "70 10 10 10, 300000 100000 100000 100000",
    "97 1 1 1, 300000 10000 10000 10000",
    "28 24 24 24, 280000 240000 240000 240000",
    "48 48 1 1 1 1, 300000 300000 10000 10000 10000 10000",
    // Less than a millionth is none.
    "10000000 1 10000000 10000000, 333333 333333 333333",
    "0 5 0 5, 500000 500000",
  })
  void followWeightAndCap(String weights, String powers) {
    List<ValidatorPower> found = powers(weights, 100);
    assertEquals(
        powers, String.join(" ", found.stream().map(power -> "" + power.power()).toList()));
  }

  @Test
  void theHeaviestComeInAndWeightsMayBeHuge() {
    String huge = Long.toString(Long.MAX_VALUE);
    List<ValidatorPower> found =
        powers(String.join(" ", "5", huge + "+" + huge, huge + "+" + huge, "6"), 2);
    assertEquals(List.of(500_000L, 500_000L), found.stream().map(ValidatorPower::power).toList());
    assertEquals(List.of(1, 2), found.stream().map(power -> (int) power.key().byteAt(0)).toList());
    assertEquals(
        LongStream.range(0, 3).boxed().toList(),
        powers("1 1 1 1", 3).stream().map(power -> (long) power.key().byteAt(0)).toList());
  }
}
