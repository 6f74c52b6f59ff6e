package exacta.ledger;

import exacta.primitives.Amount;
import exacta.primitives.Check;
import java.util.List;

/**
 * How the fees of one settlement are split: each part rounded down; what rounding leaves, and the
 * audit share of samples that nobody attested, goes to training. Spec: market.md#shares.
 *
 * @param auditors one part for each number of attested samples given, in order
 */
record FeeShares(Amount host, List<Amount> auditors, Amount training) {
  private static final int WHOLE = 1000;

  FeeShares {
    auditors = List.copyOf(auditors);
  }

  /**
   * @param trainingShare per mille
   * @param auditShare per mille
   * @param samples all samples of the settlement, attested or not
   * @param attested how many of them each auditor attested
   */
  static FeeShares of(
      Amount fees, int trainingShare, int auditShare, long samples, List<Integer> attested) {
    Check.that(trainingShare >= 0 && auditShare >= 0, "shares are never negative");
    Check.that(trainingShare + auditShare <= WHOLE, "the shares are parts of a whole");
    Amount host = fees.share(WHOLE - trainingShare - auditShare, WHOLE);
    Amount pool = fees.share(auditShare, WHOLE);
    List<Amount> auditors =
        attested.stream()
            .map(count -> samples == 0 ? Amount.ZERO : pool.share(count, samples))
            .toList();
    Amount others = host;
    for (Amount part : auditors) {
      others = others.plus(part);
    }
    return new FeeShares(host, auditors, fees.minus(others));
  }
}
