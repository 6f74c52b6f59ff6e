package exacta.consensus;

import exacta.ledger.StateView;
import exacta.ledger.TxResult;
import exacta.primitives.Check;
import exacta.primitives.Digest32;
import exacta.primitives.ExactaException;
import exacta.primitives.Hasher;
import exacta.primitives.Height;
import exacta.store.Column;
import exacta.store.Database;
import exacta.store.Writes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Transactions that wait for a block, in the order in which they came. A transaction is on disk
 * before its sender is told that it was accepted, and leaves the disk in the same atomic write that
 * puts it into a block or records why it was refused. Senders who wait at the same time share one
 * synced write. Spec: state.md#mempool. Safe for several threads.
 */
final class Mempool {
  private final Database database;
  private final Application application;
  private final BlockStore blocks;
  private final SequencerSettings settings;
  private final int transactionBytesMax;
  private final Column pending;
  private final Refusals refusals;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition written = lock.newCondition();
  private final LinkedHashMap<Digest32, PoolEntry> entries = new LinkedHashMap<>();
  private final PoolRoom held = new PoolRoom();
  private long nextNumber;
  private List<PoolEntry> unwritten = new ArrayList<>();
  private boolean writing;

  Mempool(
      Database database,
      Application application,
      BlockStore blocks,
      SequencerSettings settings,
      int transactionBytesMax) {
    this.database = database;
    this.application = application;
    this.blocks = blocks;
    this.settings = settings;
    this.transactionBytesMax = transactionBytesMax;
    this.pending = database.column(Columns.PENDING);
    this.refusals = new Refusals(database);
    pending.scanFrom(
        new byte[0],
        (key, value) -> {
          restore(Stored.number(key), value);
          return true;
        });
  }

  /** What was accepted before a restart goes into the next block, which says what becomes of it. */
  private void restore(long number, byte[] transaction) {
    PoolEntry entry = entry(transaction);
    entry.setNumber(number);
    entry.setDurable(true);
    nextNumber = number + 1;
    insert(entry);
  }

  private PoolEntry entry(byte[] transaction) {
    return new PoolEntry(
        transaction,
        Hasher.sha256(transaction),
        application.signers().signer(transaction),
        database.read(state -> application.machine().isDuty(state, transaction)));
  }

  /** Checks a transaction, and if it is valid returns when it is on disk. */
  Broadcast submit(byte[] transaction) {
    if (transaction.length > transactionBytesMax) {
      return new Broadcast.NoRoom(
          Hasher.sha256(transaction),
          "Tx too large. Max size is %d, but got %d"
              .formatted(transactionBytesMax, transaction.length));
    }
    byte[] bytes = transaction.clone();
    database.read(state -> {
      application.machine().prepare(state, bytes);
      return true;
    });
    PoolEntry entry = entry(bytes);
    lock.lock();
    try {
      if (isWaiting(entry.hash()) || tookEffect(entry.hash())) {
        return new Broadcast.Duplicate(entry.hash());
      }
      Optional<String> full = held.refusal(entry, settings);
      if (full.isPresent()) {
        return new Broadcast.NoRoom(entry.hash(), full.get());
      }
      TxResult result = database.read(state -> check(state, entry, held));
      if (result.isAccepted()) {
        entry.setNumber(nextNumber++);
        insert(entry);
        unwritten.add(entry);
        awaitDisk(entry);
      }
      return new Broadcast.Checked(entry.hash(), result);
    } finally {
      lock.unlock();
    }
  }

  /** What the check of a transaction says if it comes now; nothing is kept. */
  TxResult check(byte[] transaction) {
    PoolEntry entry = entry(transaction.clone());
    lock.lock();
    try {
      return database.read(state -> check(state, entry, held));
    } finally {
      lock.unlock();
    }
  }

  private boolean tookEffect(Digest32 hash) {
    return blocks.transaction(hash).map(included -> included.result().isAccepted()).orElse(false);
  }

  private TxResult check(StateView state, PoolEntry entry, PoolRoom before) {
    return application.machine().check(state, entry.bytes(), before.countOf(entry));
  }

  private void insert(PoolEntry entry) {
    PoolEntry same = entries.putIfAbsent(entry.hash(), entry);
    Check.that(same == null, "a transaction waits once");
    held.add(entry);
  }

  private void remove(PoolEntry entry) {
    if (entries.remove(entry.hash(), entry)) {
      held.remove(entry);
    }
  }

  /**
   * Whoever finds no write under way writes for all who wait. Holds the lock, but not while
   * writing.
   */
  private void awaitDisk(PoolEntry entry) {
    while (!entry.isDurable()) {
      if (!entries.containsKey(entry.hash())) {
        throw ExactaException.error("the transaction could not be written to disk");
      }
      if (writing) {
        written.awaitUninterruptibly();
      } else {
        writeGroup();
      }
    }
  }

  private void writeGroup() {
    List<PoolEntry> group = unwritten;
    unwritten = new ArrayList<>();
    writing = true;
    boolean done = false;
    lock.unlock();
    try {
      Writes writes = new Writes();
      group.forEach(entry -> writes.put(pending, Stored.key(entry.number()), entry.bytes()));
      database.write(writes);
      done = true;
    } finally {
      lock.lock();
      writing = false;
      for (PoolEntry entry : group) {
        entry.setDurable(done);
        if (!done) {
          remove(entry);
        }
      }
      written.signalAll();
    }
  }

  /** What goes into a block of this many bytes, in its order; it stays in the pool. */
  List<PoolEntry> choose(long bytesMax) {
    lock.lock();
    try {
      List<PoolEntry> durable = new ArrayList<>();
      for (PoolEntry entry : entries.values()) {
        // One that is not on disk yet ends the list: a signer's later ones must not overtake it.
        if (!entry.isDurable()) {
          break;
        }
        durable.add(entry);
      }
      return BlockChoice.of(durable, bytesMax);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes a block's transactions out, checks the others against the state after it, and commits all
   * that together with the block. No transaction comes in meanwhile.
   *
   * @param commit writes the given writes, and the block, atomically
   */
  void advance(
      Height height, List<PoolEntry> included, StateView after, Writes writes, Runnable commit) {
    lock.lock();
    try {
      List<PoolEntry> leaving = new ArrayList<>(included);
      leaving.addAll(refuse(height, Set.copyOf(included), after, writes));
      leaving.forEach(entry -> writes.delete(pending, Stored.key(entry.number())));
      commit.run();
      leaving.forEach(this::remove);
    } finally {
      lock.unlock();
    }
  }

  /** The transactions that are no longer valid after the block, with their refusals written. */
  private List<PoolEntry> refuse(
      Height height, Set<PoolEntry> included, StateView after, Writes writes) {
    List<PoolEntry> refused = new ArrayList<>();
    PoolRoom before = new PoolRoom();
    for (PoolEntry entry : entries.values()) {
      if (included.contains(entry)) {
        continue;
      }
      TxResult result = check(after, entry, before);
      // What is being written now is looked at after the next block: its deletion could come
      // before its write.
      if (result.isAccepted() || !entry.isDurable()) {
        before.add(entry);
      } else {
        refused.add(entry);
        refusals.add(writes, entry.hash(), new RefusedTransaction(height, result));
      }
    }
    return refused;
  }

  /** Why it left the pool; nothing while the same bytes wait again. */
  Optional<RefusedTransaction> refusal(Digest32 hash) {
    return isWaiting(hash) ? Optional.empty() : refusals.get(hash);
  }

  boolean isWaiting(Digest32 hash) {
    lock.lock();
    try {
      return entries.containsKey(hash);
    } finally {
      lock.unlock();
    }
  }

  int count() {
    lock.lock();
    try {
      return held.count();
    } finally {
      lock.unlock();
    }
  }

  long bytes() {
    lock.lock();
    try {
      return held.bytes();
    } finally {
      lock.unlock();
    }
  }
}
