package exacta.protocol;

/**
 * Which messages are duties of hosts: what the plan expects of them, what goes first in a block and
 * is free, and what an operator's key may do. Spec: ledger.md#duties.
 */
public final class Duty {
  private Duty() {}

  public static boolean is(Message message) {
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
          Message.MultiSend _,
          Message.RegisterHost _,
          Message.Announce _,
          Message.ListModel _,
          Message.DepositCollateral _,
          Message.RegisterValidator _,
          Message.GrantOperator _,
          Message.RevokeOperator _,
          Message.OpenSession _,
          Message.TopUpSession _,
          Message.CloseSession _ ->
          false;
    };
  }
}
