package exacta.ledger;

/** Adds up the money in records of the market, for {@link SupplyAudit}. */
final class MarketSums {
  private final LedgerState state;

  MarketSums(LedgerState state) {
    this.state = state;
  }

  /** What sessions hold: caps less what was settled. */
  long sessions() {
    return 0;
  }

  /** What was settled and is not paid. */
  long held() {
    return 0;
  }

  /** Deposits of challenges, and fees of calls, without verdict. */
  long disputes() {
    return 0;
  }
}
