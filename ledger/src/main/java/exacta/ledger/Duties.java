package exacta.ledger;

import exacta.protocol.Message;
import exacta.protocol.Transaction;

/** Which transactions are duties of hosts. Spec: ledger.md#duties. */
final class Duties {
  private Duties() {}

  static boolean isDuty(StateView view, byte[] bytes) {
    return Transaction.decode(bytes) instanceof Transaction transaction
        && transaction.messages().stream().allMatch(Duties::isDuty)
        && new Plans(new LedgerState(new Overlay(view))).isActive(transaction.signer());
  }

  private static boolean isDuty(Message message) {
    return switch (message) {
      case Message.SprintCommit _,
          Message.SprintAttest _,
          Message.SprintCall _,
          Message.SprintAnswer _,
          Message.SprintChallenge _,
          Message.Settle _,
          Message.ReceiptAttest _,
          Message.ReceiptCall _,
          Message.ReceiptChallenge _,
          Message.Verdict _ ->
          true;
      case Message.Send _,
          Message.RegisterHost _,
          Message.Announce _,
          Message.ListModel _,
          Message.DepositCollateral _,
          Message.OpenSession _,
          Message.TopUpSession _,
          Message.CloseSession _ ->
          false;
    };
  }
}
