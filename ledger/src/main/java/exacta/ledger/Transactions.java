package exacta.ledger;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import exacta.crypto.Address;
import exacta.ledger.state.AccountState;
import exacta.ledger.state.HeadState;
import exacta.ledger.state.PoolState;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import exacta.protocol.DecodedTransaction;
import exacta.protocol.Gas;
import exacta.protocol.Message;
import exacta.protocol.PoolLinks;
import exacta.protocol.Transaction;
import exacta.protocol.TransactionAnswers;
import exacta.protocol.Wire;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Applies transactions: all of one or nothing but sequence and fee. Spec: ledger.md#transactions.
 */
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
        Optional<TxResult> refused = admit(new LedgerState(overlay), transaction, pending);
        // What waits before it may give it what it needs, so only the first of a signer is tried.
        TxResult result =
            refused.orElseGet(() ->
                pending == 0
                    ? run(overlay, transaction)
                    : TxResult.accepted(TransactionAnswers.encode(List.of())));
        yield withGas(result, transaction).ofCheck();
      }
    };
  }

  /**
   * A block's first transaction may be a link.
   *
   * @param proposer of the block, whose link alone it can be; empty where there is one only
   */
  static TxResult applyFirst(StateStore store, byte[] bytes, Optional<ConsensusAddress> proposer) {
    return Transaction.decode(bytes) instanceof DecodedTransaction.PoolLink link
        ? stir(new LedgerState(store), link, proposer)
        : apply(store, bytes);
  }

  static TxResult apply(StateStore store, byte[] bytes) {
    return switch (Transaction.decode(bytes)) {
      case DecodedTransaction.Malformed malformed ->
          TxResult.refused(Refusal.MALFORMED, malformed.reason());
      case DecodedTransaction.PoolLink link ->
          TxResult.refused(Refusal.POOL_LINK, "a link is the first transaction of a block");
      case Transaction transaction ->
          withGas(
              admit(new LedgerState(store), transaction, 0)
                  .orElseGet(() -> run(store, transaction)),
              transaction);
    };
  }

  private static TxResult withGas(TxResult result, Transaction transaction) {
    return result.withGas(transaction.gasLimit(), Gas.of(transaction));
  }

  /** The next link of the proposer's chain goes into the pool. */
  private static TxResult stir(
      LedgerState state, DecodedTransaction.PoolLink link, Optional<ConsensusAddress> proposer) {
    if (proposer.isPresent() && !isHost(state, proposer.get(), link.proposer())) {
      return TxResult.refused(
          Refusal.POOL_LINK, "a link of " + link.proposer() + ", who does not propose this block");
    }
    Optional<PoolState> place = state.pool.get(link.proposer());
    if (place.isEmpty() || place.get().getSinceEpoch() > state.epoch()) {
      return TxResult.refused(
          Refusal.POOL_LINK, link.proposer() + " has committed to no links an epoch before");
    }
    Digest32 last = Wire.digest(place.get().getLink());
    if (!PoolLinks.previous(link.link()).equals(last)) {
      return TxResult.refused(Refusal.POOL_LINK, "not the next link of " + link.proposer());
    }
    state.pool.put(
        link.proposer(),
        place.get().toBuilder()
            .setLink(Wire.bytes(link.link()))
            .setRevealed(place.get().getRevealed() + 1)
            .build());
    HeadState head = state.head.get();
    Digest32 stirred =
        Hasher.of("pool").bytes(head.getPool().toByteArray()).digest(link.link()).finish();
    state.head.put(head.toBuilder().setPool(Wire.bytes(stirred)).build());
    return TxResult.accepted(TransactionAnswers.encode(List.of()));
  }

  private static boolean isHost(LedgerState state, ConsensusAddress validator, Address host) {
    return state
        .consensusKeys
        .get(validator)
        .map(key -> key.getHost().equals(host.toString()))
        .orElse(false);
  }

  /** Checks who sends it, counts it and takes its fee; empty if it may be tried. */
  private static Optional<TxResult> admit(LedgerState state, Transaction transaction, int pending) {
    Optional<AccountState> known = state.accounts.get(transaction.signer());
    if (known.isEmpty()) {
      return refused(
          Refusal.UNKNOWN_ACCOUNT, "account " + transaction.signer() + " does not exist");
    }
    AccountState account = known.get();
    long expected = account.getSequence() + pending;
    if (transaction.sequence() != expected) {
      return refused(
          Refusal.WRONG_SEQUENCE,
          "account sequence mismatch, expected %d, got %d: incorrect account sequence"
              .formatted(expected, transaction.sequence()));
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
    boolean isOwn = transaction.principal().equals(transaction.signer());
    if (!isOwn
        && !new OperatorRules(state).isOperator(transaction.signer(), transaction.principal())) {
      return refused(
          Refusal.UNAUTHORIZED,
          "%s is not the operator of host %s: unauthorized"
              .formatted(transaction.signer(), transaction.principal()));
    }
    Optional<TxResult> unpaid = new Fees(state).take(transaction, pending == 0);
    if (unpaid.isPresent()) {
      return unpaid;
    }
    state.accounts.put(
        transaction.signer(),
        state.accounts.require(transaction.signer()).toBuilder()
            .setSequence(transaction.sequence() + 1)
            .setPublicKey(ByteString.copyFrom(transaction.publicKey().toBytes()))
            .build());
    return Optional.empty();
  }

  private static Optional<TxResult> refused(Refusal refusal, String log) {
    return Optional.of(TxResult.refused(refusal, log));
  }

  private static TxResult run(StateStore store, Transaction transaction) {
    TxResult result = run(store, transaction.messages(), transaction.sequence());
    List<TxEvent> events = new ArrayList<>(Events.ofFee(transaction));
    events.addAll(result.events());
    return result.withEvents(events);
  }

  /** Applies messages: all of them, or none. */
  static TxResult run(StateStore store, List<Message> messages, long sequence) {
    Overlay overlay = new Overlay(store);
    LedgerState state = new LedgerState(overlay);
    List<Any> answers = new ArrayList<>();
    for (Message message : messages) {
      switch (Rules.apply(state, message, sequence)) {
        case Verdict.Accepted accepted ->
            answers.add(accepted.answer().orElseGet(() -> TransactionAnswers.done(message)));
        case Verdict.Refused refused -> {
          return TxResult.refused(
              refused.refusal(),
              messages.size() == 1
                  ? refused.log()
                  : "failed to execute message; message index: %d: %s"
                      .formatted(answers.size(), refused.log()));
        }
      }
    }
    overlay.writeTo(store);
    return TxResult.accepted(TransactionAnswers.encode(answers)).withEvents(Events.of(messages));
  }
}
