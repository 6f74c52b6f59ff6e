package exacta.protocol;

import exacta.primitives.Check;
import java.util.List;

/**
 * What a transaction costs the network, in gas: a function of its messages and the length of its
 * body, so that whoever signs knows it before, and every node agrees. One unit is about ten
 * nanoseconds of a small node. Spec: transactions.md#gas.
 */
public final class Gas {
  /** Signature, account, the rest of the envelope. */
  private static final long TRANSACTION = 50_000;

  private static final long BODY_BYTE = 10;

  /** A record that is read and written, with its share of the state's tree. */
  private static final long RECORD = 10_000;

  /** A record that stays for good. */
  private static final long NEW_RECORD = 40_000;

  /** A signature inside a message. */
  private static final long SIGNATURE = 20_000;

  /** A hash of a Merkle path. */
  private static final long HASH = 100;

  /** A nonce that every node recomputes. */
  private static final long REPLAY = 2_000_000;

  /** No transaction costs more. */
  public static final long MAX = 1L << 40;

  static {
    // The dearest message for its bytes is a settlement with open orders: two signatures each.
    long dearest = 2 * SIGNATURE * (Bounds.OPEN_ORDERS_MAX + 2) + 100 * NEW_RECORD + REPLAY;
    long lists = 2 * NEW_RECORD * Bounds.LANES_MAX + HASH * Bounds.ITEMS_MAX * Bounds.PATH_MAX;
    Check.that(
        TRANSACTION
                + BODY_BYTE * Bounds.TRANSACTION_BYTES_MAX
                + Bounds.MESSAGES_MAX * (dearest + lists)
            <= MAX,
        "the gas of every transaction is below the bound");
  }

  private Gas() {}

  public static long of(Transaction transaction) {
    return of(transaction.messages(), transaction.bodyBytes().size());
  }

  /**
   * @param bodyBytes the length of the transaction's {@code TxBody}
   */
  public static long of(List<Message> messages, int bodyBytes) {
    long gas = TRANSACTION + BODY_BYTE * bodyBytes;
    for (Message message : messages) {
      gas += of(message);
    }
    return gas;
  }

  private static long of(Message message) {
    return switch (message) {
      case Message.Send _ -> 2 * RECORD;
      case Message.MultiSend m -> RECORD * (1 + m.body().getOutputsCount());
      case Message.RegisterHost _ -> NEW_RECORD;
      case Message.Announce m -> RECORD * (1 + m.body().getAsksCount());
      case Message.ListModel _ -> 2 * NEW_RECORD;
      case Message.DepositCollateral _ -> 2 * RECORD;
      case Message.RegisterValidator _ -> 3 * NEW_RECORD + SIGNATURE;
      case Message.GrantOperator _ -> NEW_RECORD;
      case Message.RevokeOperator _ -> RECORD;
      case Message.SprintCommit _ -> 3 * RECORD;
      case Message.SprintAttest _ -> 2 * RECORD;
      case Message.SprintCall m -> 3 * RECORD + HASH * m.body().getItemsCount();
      case Message.SprintAnswer m ->
          3 * RECORD
              + HASH * m.body().getLeavesList().stream().mapToLong(l -> 1 + l.getPathCount()).sum();
      case Message.SprintChallenge _ -> REPLAY;
      case Message.OpenSession m -> NEW_RECORD * (1 + m.body().getLanesCount());
      case Message.TopUpSession m -> NEW_RECORD * (1 + m.body().getLanesCount());
      case Message.CloseSession _ -> 3 * RECORD;
      case Message.Settle m -> 4 * RECORD + SIGNATURE * (1 + 2L * m.body().getOpenCount());
      case Message.ReceiptAttest _ -> 2 * RECORD;
      case Message.ReceiptCall _ -> 3 * RECORD;
      case Message.ReceiptChallenge _ -> 5 * RECORD + 2 * SIGNATURE;
      case Message.Verdict m -> 2 * RECORD + (m.body().hasShown() ? 2 * SIGNATURE : 0);
    };
  }
}
