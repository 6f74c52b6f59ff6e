package exacta.ledger;

import exacta.ledger.Timetable.ReceiptWindows;
import exacta.ledger.state.SettlementState;
import java.util.ArrayList;
import java.util.List;

/**
 * What happens by itself to sessions, settlements, audits of receipts and their disputes. Spec:
 * market.md#windows.
 */
final class MarketPhases {
  private final LedgerState state;

  MarketPhases(LedgerState state) {
    this.state = state;
  }

  /**
   * Windows that end with this block: the settlement's, with the draw of the coins {@code
   * pool_delay} later; the answers', with the jury's draw; the jury's, with the verdicts.
   */
  void endBlock() {
    long epoch = state.epoch() - 1;
    if (epoch < 0) {
      return;
    }
    // All of it lies in this epoch, as Limits proves.
    ReceiptWindows windows = state.timetable().receipts(epoch);
    long height = state.height();
    if (height == windows.settlementEnd()) {
      new SessionRefunds(state).refund(epoch);
    }
    if (height == windows.draw()) {
      new AuditDraw(state).run(epoch);
    }
    if (height == windows.juryDraw()) {
      new Juries(state).draw(epoch);
    }
    if (height == windows.commitEnd()) {
      new Juries(state).decide(epoch);
    }
  }

  /** In the last block of the audit epoch: fees of this epoch, before its emission. */
  void pay(long epoch) {
    new FeePayments(state).pay(epoch);
  }

  /** In the last block of an epoch, after all payments and before the next plan. */
  void endEpoch(long epoch) {
    List<Table.Row<SettlementState>> old = new ArrayList<>();
    state.market.settlements.scan(
        new byte[0],
        (key, settlement) -> {
          boolean isOld = HostKey.ofBytes(key).number() <= epoch - 1 - Limits.EPOCHS_KEPT;
          if (isOld) {
            old.add(new Table.Row<>(key, settlement));
          }
          return isOld;
        });
    for (Table.Row<SettlementState> row : old) {
      row.value().getDisputesList().forEach(state.disputes::delete);
      state.market.settledLanes.deleteAll(row.key());
      state.market.duties.deleteAll(row.key());
      state.market.settlements.deleteRow(row);
    }
  }
}
