package exacta.ledger;

import exacta.protocol.DecodedTransaction;
import exacta.protocol.Duty;
import exacta.protocol.Transaction;

/** Which transactions are duties of hosts. Spec: ledger.md#duties. */
final class Duties {
  private Duties() {}

  static boolean isDuty(StateView view, DecodedTransaction decoded) {
    return decoded instanceof Transaction transaction
        && transaction.messages().stream().allMatch(Duty::is)
        && new Plans(new LedgerState(new Overlay(view))).isActive(transaction.principal());
  }
}
