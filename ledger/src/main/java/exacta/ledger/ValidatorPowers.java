package exacta.ledger;

import com.google.protobuf.ByteString;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * From the weights of plans to the powers of validators: a function of its arguments. Spec:
 * ledger.md#power.
 */
final class ValidatorPowers {
  /** All powers together before the cap; the power of an even share of a small set is exact. */
  static final long TOTAL = 1_000_000;

  private static final int CAP_PERCENT = 30;

  private static final Comparator<ByteString> BY_KEY =
      ByteString.unsignedLexicographicalComparator();

  /**
   * A host that may be a validator.
   *
   * @param weights in the plans that count, which are the same ones for all
   */
  record Candidate(ByteString key, List<Long> weights) {
    Candidate {
      weights = List.copyOf(weights);
    }

    /** Equals the mean times a number that is the same for all. */
    private BigInteger sum() {
      return weights.stream().map(BigInteger::valueOf).reduce(BigInteger.ZERO, BigInteger::add);
    }
  }

  private record Summed(ByteString key, BigInteger sum) {}

  private ValidatorPowers() {}

  /** The powers above 0, in order of keys; none if nobody has weight. */
  static List<ValidatorPower> of(List<Candidate> candidates, int countMax) {
    List<Summed> heaviest =
        candidates.stream()
            .map(candidate -> new Summed(candidate.key(), candidate.sum()))
            .filter(summed -> summed.sum().signum() > 0)
            .sorted(Comparator.comparing(Summed::sum).reversed().thenComparing(Summed::key, BY_KEY))
            .limit(countMax)
            .toList();
    BigInteger all = heaviest.stream().map(Summed::sum).reduce(BigInteger.ZERO, BigInteger::add);
    List<ValidatorPower> shares = new ArrayList<>();
    for (Summed one : heaviest) {
      long share = one.sum().multiply(BigInteger.valueOf(TOTAL)).divide(all).longValueExact();
      // Less than a millionth is no power.
      if (share > 0) {
        shares.add(new ValidatorPower(one.key(), share));
      }
    }
    // What is cut off is nobody's. Giving it to others would let a few small hosts outvote a large
    // one, which did the work.
    long cap = cap(shares.size());
    return shares.stream()
        .map(one -> new ValidatorPower(one.key(), Math.min(one.power(), cap)))
        .sorted(Comparator.comparing(ValidatorPower::key, BY_KEY))
        .toList();
  }

  /** The larger of 30 % and an even share, of what all have before the cut. */
  private static long cap(int count) {
    return count == 0 ? 0 : Math.max(TOTAL * CAP_PERCENT / 100, TOTAL / count);
  }
}
