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
 * Applies transactions: all of one or nothing but sequence and fee. Those of a block, one after the
 * other, by one of these. Spec: ledger.md#transactions.
 */
final class Transactions {
  private final StateStore store;
  private final LedgerState state;

  /** What the messages of one transaction write, until all of them have succeeded. */
  private final Overlay written;

  private final LedgerState tried;
  private final RuleBook book;

  Transactions(StateStore store, RuleBook book) {
    this.store = store;
    this.book = book;
    this.state = new LedgerState(store);
    this.written = new Overlay(store);
    this.tried = new LedgerState(written);
  }

  /** Whether it could be in the next block, behind so many of the same signer. */
  static TxResult check(StateView view, RuleBook book, ReadTransaction read, int pending) {
    return switch (read.decoded()) {
      case DecodedTransaction.Malformed malformed -> refused(malformed);
      case DecodedTransaction.PoolLink link -> refused(link);
      case Transaction transaction -> {
        Transactions above = new Transactions(new Overlay(view), book);
        Optional<TxResult> refused = above.admit(transaction, read, pending);
        // What waits before it may give it what it needs, so only the first of a signer is tried.
        TxResult result =
            refused.orElseGet(() ->
                pending == 0
                    ? above.run(transaction)
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
  TxResult applyFirst(ReadTransaction read, Optional<ConsensusAddress> proposer) {
    return read.decoded() instanceof DecodedTransaction.PoolLink link
        ? stir(link, proposer)
        : apply(read);
  }

  TxResult apply(ReadTransaction read) {
    return switch (read.decoded()) {
      case DecodedTransaction.Malformed malformed -> refused(malformed);
      case DecodedTransaction.PoolLink link -> refused(link);
      case Transaction transaction ->
          withGas(admit(transaction, read, 0).orElseGet(() -> run(transaction)), transaction);
    };
  }

  private static TxResult refused(DecodedTransaction.Malformed malformed) {
    return TxResult.refused(Refusal.MALFORMED, malformed.reason());
  }

  private static TxResult refused(DecodedTransaction.PoolLink link) {
    return TxResult.refused(Refusal.POOL_LINK, "a link is the first transaction of a block");
  }

  private static TxResult withGas(TxResult result, Transaction transaction) {
    return result.withGas(transaction.gasLimit(), Gas.of(transaction));
  }

  /** The next link of the proposer's chain goes into the pool. */
  private TxResult stir(DecodedTransaction.PoolLink link, Optional<ConsensusAddress> proposer) {
    if (proposer.isPresent() && !isHost(proposer.get(), link.proposer())) {
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

  private boolean isHost(ConsensusAddress validator, Address host) {
    return state
        .consensusKeys
        .get(validator)
        .map(key -> key.getHost().equals(host.toString()))
        .orElse(false);
  }

  /** Checks who sends it, counts it and takes its fee; empty if it may be tried. */
  private Optional<TxResult> admit(Transaction transaction, ReadTransaction read, int pending) {
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
    if (!read.isSigned(state.chainId(), account.getNumber())) {
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

  private TxResult run(Transaction transaction) {
    TxResult result = run(transaction.messages(), transaction.sequence());
    List<TxEvent> events = new ArrayList<>(Events.ofFee(transaction));
    events.addAll(result.events());
    return result.withEvents(events);
  }

  /** Applies messages: all of them, or none. */
  TxResult run(List<Message> messages, long sequence) {
    RuleSet rules = book.current(state);
    written.clear();
    List<Any> answers = new ArrayList<>();
    for (Message message : messages) {
      switch (rules.apply(tried, message, sequence)) {
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
    written.writeTo(store);
    return TxResult.accepted(TransactionAnswers.encode(answers)).withEvents(Events.of(messages));
  }
}
