package exacta.chainclient;

import exacta.crypto.Address;
import exacta.crypto.PrivateKey;
import exacta.primitives.Digest32;
import exacta.primitives.ExactaException;
import exacta.protocol.Duty;
import exacta.protocol.Message;
import exacta.protocol.TransactionBuilder;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sends the transactions of one account. Safe for several threads: transactions are handed to the
 * chain one after the other, in the order of the calls, each with the next sequence number; several
 * may then wait for their block at the same time.
 */
public final class Sender {
  private static final String SDK = "sdk";
  private static final int WRONG_SEQUENCE = 32;
  private static final int INSUFFICIENT_FEE = 13;
  private static final Pattern EXPECTED = Pattern.compile("expected (\\d{1,18})");

  /** Each is signed anew; more mismatches than that mean that somebody else uses the key. */
  private static final int SIGNINGS_MAX = 8;

  /** An accepted transaction is in a block, or refused, long before. */
  private static final int BLOCKS_MAX = 100;

  /**
   * After so many blocks without a word of it, a transaction is handed over again: CometBFT's
   * mempool forgets when its node ends, and tells nobody what it drops after a block.
   */
  private static final int REMINDER_BLOCKS = 4;

  /**
   * What the chain said to a transaction.
   *
   * @param transaction its bytes
   */
  private record HandedOver(BroadcastAnswer answer, byte[] transaction) {}

  private final ChainClient chain;
  private final PrivateKey key;
  private final ReentrantLock turn = new ReentrantLock(true);
  private OptionalLong accountNumber = OptionalLong.empty();
  private OptionalLong nextSequence = OptionalLong.empty();

  public Sender(ChainClient chain, PrivateKey key) {
    this.chain = chain;
    this.key = key;
  }

  public Address address() {
    return key.address();
  }

  /** Sends one transaction with these messages, see {@link #send(List, String)}. */
  public TransactionOutcome send(Message... messages) {
    return send(List.of(messages), "");
  }

  /**
   * Sends one transaction with these messages, all of this account or the duties of a host whose
   * operator it is, and waits until it is in a block or refused. It pays for its gas what the chain
   * asks at least.
   *
   * @throws IllegalArgumentException if a message is another account's
   * @throws ExactaException if the chain cannot be reached for longer than its client's patience,
   *     or makes no blocks; then the transaction may still take effect
   */
  public TransactionOutcome send(List<Message> messages, String memo) {
    boolean areDuties = messages.stream().allMatch(Duty::is);
    for (Message message : messages) {
      // Another's duties an operator may do.
      if (!areDuties && !message.signer().equals(address())) {
        throw new IllegalArgumentException(
            address() + " cannot send a message of " + message.signerText());
      }
    }
    long refusedHeight = 0;
    for (int signing = 1; ; signing++) {
      long heightBefore = Math.max(refusedHeight, chain.height());
      TransactionOutcome outcome;
      HandedOver handedOver = handOver(messages, memo);
      switch (handedOver.answer()) {
        case BroadcastAnswer.Accepted accepted ->
            outcome = await(accepted.hash(), handedOver.transaction(), heightBefore);
        case BroadcastAnswer.Refused refused -> {
          return refused.outcome();
        }
        case BroadcastAnswer.Full full ->
            throw ExactaException.error(
                "the chain has no room for a transaction of %s: %s"
                    .formatted(address(), full.reason()));
      }
      // With a wrong sequence it never took effect and never will, so another one may; which
      // sequence is the right one, the chain says when that one is handed over.
      if (!isWrongSequence(outcome) || signing == SIGNINGS_MAX) {
        return outcome;
      }
      refusedHeight = outcome.height();
    }
  }

  /** Signs with the next sequence and hands over; the next call comes after this one. */
  private HandedOver handOver(List<Message> messages, String memo) {
    turn.lock();
    try {
      // Duties are free for hosts with weight; whether this is one, and has some left, the chain
      // knows.
      boolean isFree = messages.stream().allMatch(Duty::is);
      for (int signing = 1; ; signing++) {
        long sequence = sequence();
        byte[] transaction = signed(messages, memo, sequence, isFree);
        BroadcastAnswer answer = broadcast(transaction);
        if (answer instanceof BroadcastAnswer.Accepted) {
          nextSequence = OptionalLong.of(sequence + 1);
          return new HandedOver(answer, transaction);
        }
        if (isFree
            && answer instanceof BroadcastAnswer.Refused unpaid
            && isCode(unpaid.outcome(), INSUFFICIENT_FEE)) {
          isFree = false;
          continue;
        }
        if (!(answer instanceof BroadcastAnswer.Refused refused)
            || !isWrongSequence(refused.outcome())
            || signing == SIGNINGS_MAX) {
          return new HandedOver(answer, transaction);
        }
        // The answer to an earlier try may have been lost, and this sequence be used by ourselves.
        Optional<TransactionOutcome> earlier = chain.transaction(answer.hash());
        learn(refused.outcome().log());
        if (earlier.isPresent() && !isWrongSequence(earlier.get())) {
          return new HandedOver(new BroadcastAnswer.Accepted(answer.hash()), transaction);
        }
      }
    } finally {
      turn.unlock();
    }
  }

  private byte[] signed(List<Message> messages, String memo, long sequence, boolean isFree) {
    TransactionBuilder.Account account =
        new TransactionBuilder.Account(chain.chainId(), accountNumber.orElseThrow(), sequence);
    return TransactionBuilder.build(
        messages, key, account, isFree ? 0 : chain.minimumGasPrice(), memo);
  }

  /** Sends, again while the pool is full, as long as the client is patient. */
  private BroadcastAnswer broadcast(byte[] transaction) {
    long deadline = chain.rpc().clock().millis() + chain.rpc().settings().patience().toMillis();
    BroadcastAnswer answer = chain.broadcast(transaction);
    while (answer instanceof BroadcastAnswer.Full && chain.rpc().clock().millis() < deadline) {
      chain.pause("the wait for room in the chain's pool");
      answer = chain.broadcast(transaction);
    }
    return answer;
  }

  private static boolean isWrongSequence(TransactionOutcome outcome) {
    return isCode(outcome, WRONG_SEQUENCE);
  }

  private static boolean isCode(TransactionOutcome outcome, int code) {
    return outcome.code() == code && outcome.codespace().equals(SDK);
  }

  private long sequence() {
    if (accountNumber.isEmpty() || nextSequence.isEmpty()) {
      Account account = chain.account(address());
      accountNumber = OptionalLong.of(account.number());
      nextSequence = OptionalLong.of(account.sequence());
    }
    return nextSequence.getAsLong();
  }

  /** Takes the next sequence from the chain's own words, which count what waits in its pool. */
  private void learn(String log) {
    Matcher expected = EXPECTED.matcher(log);
    nextSequence =
        expected.find() ? OptionalLong.of(Long.parseLong(expected.group(1))) : OptionalLong.empty();
  }

  /**
   * Waits for what becomes of an accepted transaction, and hands it over again if nothing does.
   *
   * @param heightBefore the newest height before it was handed over. The very same bytes may have
   *     been refused for their sequence once, and be valid now; that old refusal does not count
   */
  private TransactionOutcome await(Digest32 hash, byte[] transaction, long heightBefore) {
    String what = "the wait for transaction " + hash;
    long patience = chain.rpc().settings().patience().toMillis();
    long first = chain.height();
    long height = first;
    long newBlockDeadline = chain.rpc().clock().millis() + patience;
    long handedOver = first;
    Optional<TransactionOutcome> refusal = Optional.empty();
    while (true) {
      Optional<TransactionOutcome> outcome = chain.transaction(hash);
      if (outcome.isPresent() && !isStale(outcome.get(), heightBefore)) {
        return outcome.get();
      }
      // A block ago it was refused, perhaps because it was in the block before; it was not.
      if (refusal.isPresent()) {
        return refusal.get();
      }
      if (height - handedOver >= REMINDER_BLOCKS) {
        handedOver = height;
        refusal = remind(transaction);
      }
      if (height - first > BLOCKS_MAX) {
        throw ExactaException.error(
            "the chain accepted transaction %s, but %d blocks later it is in none"
                .formatted(hash, height - first));
      }
      long seen = height;
      while (height == seen) {
        if (chain.rpc().clock().millis() >= newBlockDeadline) {
          throw ExactaException.error(
              "the chain stands still at height %d; transaction %s may take effect later"
                  .formatted(height, hash));
        }
        chain.pause(what);
        height = chain.height();
      }
      newBlockDeadline = chain.rpc().clock().millis() + patience;
    }
  }

  /** Hands it over again; the refusal, if it is refused now. */
  private Optional<TransactionOutcome> remind(byte[] transaction) {
    return chain.broadcast(transaction) instanceof BroadcastAnswer.Refused refused
        ? Optional.of(refused.outcome())
        : Optional.empty();
  }

  private static boolean isStale(TransactionOutcome outcome, long heightBefore) {
    return isWrongSequence(outcome) && outcome.height() <= heightBefore;
  }
}
