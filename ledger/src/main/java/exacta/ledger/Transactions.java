package exacta.ledger;

import com.google.protobuf.Any;
import exacta.ledger.state.AccountState;
import exacta.ledger.state.HeadState;
import exacta.ledger.state.PoolState;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import exacta.protocol.DecodedTransaction;
import exacta.protocol.Message;
import exacta.protocol.PoolLinks;
import exacta.protocol.Transaction;
import exacta.protocol.TransactionAnswers;
import exacta.protocol.Wire;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Applies transactions: all of one or nothing but its sequence. Spec: ledger.md#transactions. */
final class Transactions {
  private Transactions() {}

  /** Whether it could be in the next block, behind so many of the same signer. */
  static TxResult check(StateView view, byte[] bytes, int pending) {
    return switch (Transaction.decode(bytes)) {
      case DecodedTransaction.Malformed malformed ->
          TxResult.refused(Refusal.MALFORMED, malformed.reason());
      case DecodedTransaction.PoolLink link ->
          TxResult.refused(Refusal.POOL_LINK, "a link is the first transaction of a block");
      case Transaction transaction -> {
        Overlay overlay = new Overlay(view);
        Optional<TxResult> refused =
            admit(new LedgerState(overlay), transaction, transaction.sequence(), pending);
        // What waits before it may give it what it needs, so only the first of a signer is tried.
        yield refused.orElseGet(() ->
            pending == 0
                ? run(overlay, transaction)
                : TxResult.accepted(TransactionAnswers.encode(List.of())));
      }
    };
  }

  static TxResult apply(StateStore store, byte[] bytes, boolean isFirst) {
    return switch (Transaction.decode(bytes)) {
      case DecodedTransaction.Malformed malformed ->
          TxResult.refused(Refusal.MALFORMED, malformed.reason());
      case DecodedTransaction.PoolLink link ->
          isFirst
              ? stir(new LedgerState(store), link)
              : TxResult.refused(Refusal.POOL_LINK, "a link is the first transaction of a block");
      case Transaction transaction ->
          admit(new LedgerState(store), transaction, transaction.sequence(), 0)
              .orElseGet(() -> run(store, transaction));
    };
  }

  /** The next link of the proposer's chain goes into the pool. */
  private static TxResult stir(LedgerState state, DecodedTransaction.PoolLink link) {
    Optional<PoolState> place = state.pool.get(link.proposer());
    if (place.isEmpty()) {
      return TxResult.refused(Refusal.POOL_LINK, link.proposer() + " has committed to no links");
    }
    Digest32 last = Wire.digest(place.get().getLink());
    if (!PoolLinks.previous(link.link()).equals(last)) {
      return TxResult.refused(Refusal.POOL_LINK, "not the next link of " + link.proposer());
    }
    state.pool.put(
        link.proposer(),
        PoolState.newBuilder()
            .setLink(Wire.bytes(link.link()))
            .setRevealed(place.get().getRevealed() + 1)
            .build());
    HeadState head = state.head.get();
    Digest32 stirred =
        Hasher.of("pool").bytes(head.getPool().toByteArray()).digest(link.link()).finish();
    state.head.put(head.toBuilder().setPool(Wire.bytes(stirred)).build());
    return TxResult.accepted(TransactionAnswers.encode(List.of()));
  }

  /** Checks who sends it, and counts it; empty if it may be tried. */
  private static Optional<TxResult> admit(
      LedgerState state, Transaction transaction, long sequence, int pending) {
    Optional<AccountState> known = state.accounts.get(transaction.signer());
    if (known.isEmpty()) {
      return refused(
          Refusal.UNKNOWN_ACCOUNT, "account " + transaction.signer() + " does not exist");
    }
    AccountState account = known.get();
    long expected = account.getSequence() + pending;
    if (sequence != expected) {
      return refused(
          Refusal.WRONG_SEQUENCE,
          "account sequence mismatch, expected %d, got %d: incorrect account sequence"
              .formatted(expected, sequence));
    }
    if (transaction.timeoutHeight() > 0 && state.height() > transaction.timeoutHeight()) {
      return refused(
          Refusal.TIMEOUT_HEIGHT,
          "too late: may be in a block up to " + transaction.timeoutHeight());
    }
    if (!transaction.signatureValid(state.chainId(), account.getNumber())) {
      return refused(
          Refusal.UNAUTHORIZED,
          "signature verification failed; the chain is %s, the account number %d"
              .formatted(state.chainId(), account.getNumber()));
    }
    state.accounts.put(
        transaction.signer(),
        account.toBuilder()
            .setSequence(sequence + 1)
            .setPublicKey(
                com.google.protobuf.ByteString.copyFrom(transaction.publicKey().toBytes()))
            .build());
    return Optional.empty();
  }

  private static Optional<TxResult> refused(Refusal refusal, String log) {
    return Optional.of(TxResult.refused(refusal, log));
  }

  private static TxResult run(StateStore store, Transaction transaction) {
    Overlay overlay = new Overlay(store);
    LedgerState state = new LedgerState(overlay);
    List<Any> answers = new ArrayList<>();
    for (Message message : transaction.messages()) {
      switch (Rules.apply(state, message, transaction.sequence())) {
        case Verdict.Accepted accepted ->
            answers.add(accepted.answer().orElseGet(() -> TransactionAnswers.done(message)));
        case Verdict.Refused refused -> {
          return TxResult.refused(refused.refusal(), refused.log());
        }
      }
    }
    overlay.writeTo(store);
    return TxResult.accepted(TransactionAnswers.encode(answers));
  }
}
