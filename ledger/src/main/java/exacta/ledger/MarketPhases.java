package exacta.ledger;

/**
 * What happens by itself to sessions, settlements, audits of receipts and their disputes. Spec:
 * market.md#phases.
 */
final class MarketPhases {
  private final LedgerState state;

  MarketPhases(LedgerState state) {
    this.state = state;
  }

  /**
   * Windows that end with this block: the settlement's, with the draw of the coins {@code
   * pool_delay} later; the audit's; the answers', with the jury's draw; the jury's, with verdicts.
   */
  void endBlock() {}

  /** In the last block of the audit epoch: fees of this epoch, before its emission. */
  void pay(long epoch) {}

  /** In the last block of an epoch, after all payments and before the next plan. */
  void endEpoch(long epoch) {}
}
