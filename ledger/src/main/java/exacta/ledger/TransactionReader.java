package exacta.ledger;

import exacta.ledger.state.AccountState;
import exacta.primitives.Digest32;
import exacta.protocol.Message;
import exacta.protocol.Transaction;
import java.util.List;
import java.util.Optional;

/**
 * Does ahead of their order, and on several threads, what depends on transactions alone: reads
 * them, and verifies their signatures. What it says does not depend on what it did before. Safe for
 * several threads.
 */
final class TransactionReader {
  private final Parallel parallel;
  private final KnownTransactions known = new KnownTransactions();

  TransactionReader(Parallel parallel) {
    this.parallel = parallel;
  }

  ReadTransaction read(byte[] bytes) {
    Digest32 hash = Transaction.hash(bytes);
    return known.get(hash).orElseGet(() -> new ReadTransaction(bytes, hash));
  }

  /** The same, and looks whether its signature is good for the account as it is in this state. */
  ReadTransaction verified(StateView view, byte[] bytes) {
    ReadTransaction read = read(bytes);
    // A good signature stays good, and whoever admits the transaction asks for whom it is good.
    if (!read.isVerified()) {
      verify(new LedgerState(new Overlay(view)), read);
    }
    return read;
  }

  /** Like {@link #verified}; and it is known from now on, if it is signed. */
  ReadTransaction checked(StateView view, byte[] bytes) {
    ReadTransaction read = verified(view, bytes);
    if (read.isVerified()) {
      known.add(read);
    }
    return read;
  }

  /**
   * A block's transactions. The state may be read by several threads meanwhile, and nothing is
   * written.
   */
  List<ReadTransaction> verified(LedgerState state, List<byte[]> block) {
    // Read once here, so that the threads only read what is there.
    state.chainId();
    return parallel.map(
        block,
        bytes -> {
          ReadTransaction read = read(bytes);
          verify(state, read);
          return read;
        });
  }

  private static void verify(LedgerState state, ReadTransaction read) {
    if (!(read.decoded() instanceof Transaction transaction)) {
      return;
    }
    Optional<AccountState> account = state.accounts.get(transaction.signer());
    // Who has no account yet may get one by what comes before it in the block; a sequence that is
    // used up stays so, and nobody asks for the signature.
    if (account.isPresent() && transaction.sequence() >= account.get().getSequence()) {
      read.isSigned(state.chainId(), account.get().getNumber());
    }
    for (Message message : transaction.messages()) {
      if (message instanceof Message.Send send) {
        // The account comes into the cache while there are threads for it.
        state.accounts.get(send.recipient());
      }
    }
  }
}
