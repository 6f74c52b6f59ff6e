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
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
  /** A transaction that waits. Changed under the pool's lock only. */
  static final class Entry {
    private final long number;
    private final byte[] bytes;
    private final Digest32 hash;
    private final Optional<String> signer;
    private boolean durable;

    private Entry(long number, byte[] bytes, Digest32 hash, Optional<String> signer) {
      this.number = number;
      this.bytes = bytes;
      this.hash = hash;
      this.signer = signer;
    }

    byte[] bytes() {
      return bytes;
    }
  }

  /** How many of each signer wait. */
  private static final class Counts {
    private final Map<String, Integer> counts = new HashMap<>();

    int of(Entry entry) {
      return entry.signer.map(signer -> counts.getOrDefault(signer, 0)).orElse(0);
    }

    void add(Entry entry) {
      entry.signer.ifPresent(signer -> counts.merge(signer, 1, Integer::sum));
    }

    void remove(Entry entry) {
      entry.signer.ifPresent(
          signer -> counts.computeIfPresent(signer, (s, n) -> n == 1 ? null : n - 1));
    }
  }

  private final Database database;
  private final Application application;
  private final BlockStore blocks;
  private final SequencerSettings settings;
  private final int transactionBytesMax;
  private final Column pending;
  private final Refusals refusals;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition written = lock.newCondition();
  private final LinkedHashMap<Digest32, Entry> entries = new LinkedHashMap<>();
  private final Counts counts = new Counts();
  private long bytes;
  private long nextNumber;
  private List<Entry> unwritten = new ArrayList<>();
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
    Entry entry =
        new Entry(
            number,
            transaction,
            Hasher.sha256(transaction),
            application.signers().signer(transaction));
    entry.durable = true;
    nextNumber = number + 1;
    insert(entry);
  }

  /** Checks a transaction, and if it is valid returns when it is on disk. */
  Broadcast submit(byte[] transaction) {
    Digest32 hash = Hasher.sha256(transaction);
    if (transaction.length > transactionBytesMax) {
      return new Broadcast.NoRoom(
          hash,
          "Tx too large. Max size is %d, but got %d"
              .formatted(transactionBytesMax, transaction.length));
    }
    Optional<String> signer = application.signers().signer(transaction);
    lock.lock();
    try {
      if (entries.containsKey(hash) || tookEffect(hash)) {
        return new Broadcast.Duplicate(hash);
      }
      if (entries.size() >= settings.poolCountMax()
          || bytes + transaction.length > settings.poolBytesMax()) {
        return new Broadcast.NoRoom(
            hash,
            "mempool is full: number of txs %d (max: %d), total txs bytes %d (max: %d)"
                .formatted(
                    entries.size(), settings.poolCountMax(), bytes, settings.poolBytesMax()));
      }
      Entry entry = new Entry(nextNumber, transaction.clone(), hash, signer);
      TxResult result = database.read(state -> check(state, entry, counts));
      if (result.isAccepted()) {
        nextNumber++;
        insert(entry);
        unwritten.add(entry);
        awaitDisk(entry);
      }
      return new Broadcast.Checked(hash, result);
    } finally {
      lock.unlock();
    }
  }

  private boolean tookEffect(Digest32 hash) {
    return blocks.transaction(hash).map(included -> included.result().isAccepted()).orElse(false);
  }

  private TxResult check(StateView state, Entry entry, Counts before) {
    return application.machine().check(state, entry.bytes, before.of(entry));
  }

  private void insert(Entry entry) {
    Entry same = entries.putIfAbsent(entry.hash, entry);
    Check.that(same == null, "a transaction waits once");
    counts.add(entry);
    bytes += entry.bytes.length;
  }

  private void remove(Entry entry) {
    if (entries.remove(entry.hash, entry)) {
      counts.remove(entry);
      bytes -= entry.bytes.length;
    }
  }

  /**
   * Whoever finds no write under way writes for all who wait. Holds the lock, but not while
   * writing.
   */
  private void awaitDisk(Entry entry) {
    while (!entry.durable) {
      if (!entries.containsKey(entry.hash)) {
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
    List<Entry> group = unwritten;
    unwritten = new ArrayList<>();
    writing = true;
    boolean done = false;
    lock.unlock();
    try {
      Writes writes = new Writes();
      group.forEach(entry -> writes.put(pending, Stored.key(entry.number), entry.bytes));
      database.write(writes);
      done = true;
    } finally {
      lock.lock();
      writing = false;
      for (Entry entry : group) {
        entry.durable = done;
        if (!done) {
          remove(entry);
        }
      }
      written.signalAll();
    }
  }

  /** The first transactions that fit into this many bytes; they stay in the pool. */
  List<Entry> firstFitting(long bytesMax) {
    lock.lock();
    try {
      List<Entry> first = new ArrayList<>();
      long room = bytesMax;
      for (Entry entry : entries.values()) {
        room -= entry.bytes.length;
        // One that is not on disk yet ends the list: a signer's later ones must not overtake it.
        if (room < 0 || !entry.durable) {
          break;
        }
        first.add(entry);
      }
      return first;
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
      Height height, List<Entry> included, StateView after, Writes writes, Runnable commit) {
    lock.lock();
    try {
      List<Entry> leaving = new ArrayList<>(included);
      leaving.addAll(refuse(height, Set.copyOf(included), after, writes));
      leaving.forEach(entry -> writes.delete(pending, Stored.key(entry.number)));
      commit.run();
      leaving.forEach(this::remove);
    } finally {
      lock.unlock();
    }
  }

  /** The transactions that are no longer valid after the block, with their refusals written. */
  private List<Entry> refuse(Height height, Set<Entry> included, StateView after, Writes writes) {
    List<Entry> refused = new ArrayList<>();
    Counts before = new Counts();
    for (Entry entry : entries.values()) {
      if (included.contains(entry)) {
        continue;
      }
      TxResult result = check(after, entry, before);
      // What is being written now is looked at after the next block: its deletion could come
      // before its write.
      if (result.isAccepted() || !entry.durable) {
        before.add(entry);
      } else {
        refused.add(entry);
        refusals.add(writes, entry.hash, new RefusedTransaction(height, result));
      }
    }
    return refused;
  }

  Optional<RefusedTransaction> refusal(Digest32 hash) {
    return refusals.get(hash);
  }

  int count() {
    lock.lock();
    try {
      return entries.size();
    } finally {
      lock.unlock();
    }
  }

  long bytes() {
    lock.lock();
    try {
      return bytes;
    } finally {
      lock.unlock();
    }
  }
}
