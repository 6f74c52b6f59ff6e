package exacta.store;

import exacta.ledger.Parallel;
import exacta.ledger.StateView;
import exacta.ledger.StateView.Visitor;
import exacta.primitives.Check;
import exacta.primitives.Digest32;
import exacta.primitives.ExactaException;
import exacta.primitives.Height;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * The node's database: the authenticated state and the columns that others keep beside it.
 *
 * <p>A block goes {@link #begin} (a working state in memory), {@link #prepare} (its root), {@link
 * #commit} (state, tree, height, root and other columns in one atomic write that is synced before
 * the method returns). A crash at any moment leaves the state of one block or of the next, never
 * anything between. One thread makes blocks; every other method is safe for several threads, and
 * {@link #read} sees the newest committed state for as long as it runs. All methods throw {@link
 * ExactaException} if the disk fails or the database was closed. Spec: state.md.
 */
public final class Database implements AutoCloseable {
  private static final byte[] HEAD_KEY = "head".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FORMAT_KEY = "format".getBytes(StandardCharsets.US_ASCII);

  /**
   * Of all that lies in the database, the ledger's records and parameters included. Whoever changes
   * them raises it, so that an old database is not taken for a damaged one.
   */
  private static final byte[] FORMAT = {2};

  private static final byte[] RESTORATION_KEY = "restoration".getBytes(StandardCharsets.US_ASCII);

  /** A restoration was begun, and what lies there of the state is none. */
  private static final byte[] RESTORING = {1};

  /** The newest state is that of a snapshot; no block was made on it yet. */
  private static final byte[] RESTORED = {2};

  /**
   * Pages up to this depth, 69,905 at most, stay in memory, up to 70 MB of them: a block of a
   * million accounts changes pages everywhere, and reading them takes longer than hashing them.
   */
  private static final int CACHED_DEPTH_MAX = 4;

  private final RocksFile file;
  private final Map<String, Column> columns = new TreeMap<>();

  /**
   * What lies on disk of the upper pages, so far as it was read or written by this process; as
   * bytes, which are a quarter of the objects they are read into.
   */
  private final Map<ByteKey, TreePage.Packed> topPages = new ConcurrentHashMap<>();

  private final StateCache cache = new StateCache();
  private final Parallel parallel;
  private final Object currentLock = new Object();
  private CommittedState current;
  private boolean closed;

  /** Whether the newest state is that of a snapshot. Written by who makes blocks. */
  private volatile boolean isRestored;

  private Database(RocksFile file, List<String> columnNames, Parallel parallel) {
    this.file = file;
    this.parallel = parallel;
    columnNames.forEach(name -> columns.put(name, new Column(this, name)));
    Optional<byte[]> restoration = file.get(RocksFile.META, RESTORATION_KEY);
    if (restoration.filter(mark -> Arrays.equals(mark, RESTORING)).isPresent()) {
      wipe(Optional.empty(), new Writes());
    }
    isRestored = restoration.filter(mark -> Arrays.equals(mark, RESTORED)).isPresent();
    current = openState(readHead(), cache.clear());
  }

  /**
   * Opens the database in this folder, or makes one, with these columns beside the state.
   *
   * @throws ExactaException with category ERROR if another process has it open; FATAL if it is
   *     damaged, or was made by another version
   */
  public static Database open(Path folder, List<String> columnNames) {
    return open(folder, columnNames, Parallel.SEQUENTIAL);
  }

  /**
   * The same.
   *
   * @param parallel computes the hashes of a block's changes
   */
  public static Database open(Path folder, List<String> columnNames, Parallel parallel) {
    RocksFile file = RocksFile.open(folder, columnNames);
    try {
      checkFormat(file);
      return new Database(file, columnNames, parallel);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static void checkFormat(RocksFile file) {
    Optional<byte[]> format = file.get(RocksFile.META, FORMAT_KEY);
    if (format.isEmpty()) {
      file.write(batch -> file.put(batch, RocksFile.META, FORMAT_KEY, FORMAT));
    } else if (!Arrays.equals(format.get(), FORMAT)) {
      throw ExactaException.fatal(
          "the database %s has format %d, and this version of exacta knows format %d; nothing is damaged: use the version that made it, or begin anew in another folder"
              .formatted(file.folder(), format.get()[0], FORMAT[0]));
    }
  }

  /** The newest committed state; nothing if there is none, not even of genesis. */
  public Optional<Head> head() {
    synchronized (currentLock) {
      return current.head();
    }
  }

  /** The column that was named when the database was opened. */
  public Column column(String name) {
    Check.that(columns.containsKey(name), "a column is named when the database is opened");
    return columns.get(name);
  }

  /** Reads the newest committed state, which stays the same until the reader returns. */
  public <T> T read(Function<CommittedState, T> reader) {
    CommittedState state;
    synchronized (currentLock) {
      if (closed) {
        throw ExactaException.error("the database " + file.folder() + " was closed");
      }
      state = current.retain();
    }
    try {
      return reader.apply(state);
    } finally {
      state.release();
    }
  }

  /** The newest committed state, which can be read until it is let go. */
  public HeldState hold() {
    synchronized (currentLock) {
      if (closed) {
        throw ExactaException.error("the database " + file.folder() + " was closed");
      }
      return new HeldState(current.retain());
    }
  }

  /** A new block's state above the newest committed one, good until the next commit. */
  public WorkingState begin() {
    long version;
    synchronized (currentLock) {
      version = current.version();
    }
    return new WorkingState(
        new StateView() {
          @Override
          public Optional<byte[]> get(byte[] key) {
            return CommittedState.cached(
                cache, version, key, bytes -> file.get(RocksFile.STATE, bytes));
          }

          @Override
          public void scan(byte[] prefix, Visitor visitor) {
            file.scanPrefix(RocksFile.STATE, prefix, visitor);
          }
        });
  }

  /** Computes the root that a block's changes lead to; writes nothing. */
  public PreparedState prepare(WorkingState state, Height height) {
    long expected = head().map(head -> head.height().value() + 1).orElse(0L);
    Check.that(height.value() == expected, "states are committed in order of their heights");
    TreeMap<byte[], Optional<byte[]>> entries = new TreeMap<>(state.changes());
    List<StateTree.Change> changes =
        parallel.map(
            List.copyOf(entries.entrySet()),
            entry ->
                entry
                    .getValue()
                    .map(bytes -> StateTree.Change.put(entry.getKey(), bytes))
                    .orElseGet(() -> StateTree.Change.delete(entry.getKey())));
    return new PreparedState(height, entries, StateTree.update(this::loadPage, changes, parallel));
  }

  /** Makes a block's state the newest, and these columns' writes with it. */
  public void commit(PreparedState state, Writes writes) {
    long expected = head().map(head -> head.height().value() + 1).orElse(0L);
    Check.that(state.height().value() == expected, "a prepared state is committed once");
    Head head = new Head(state.height(), state.root());
    cache.retire();
    file.write(batch -> {
      for (Map.Entry<byte[], Optional<byte[]>> entry : state.entries().entrySet()) {
        file.write(batch, RocksFile.STATE, entry.getKey(), entry.getValue());
      }
      add(batch, state.tree());
      file.put(batch, RocksFile.META, HEAD_KEY, head.toBytes());
      if (isRestored) {
        file.write(batch, RocksFile.META, RESTORATION_KEY, Optional.empty());
      }
      add(batch, writes);
    });
    isRestored = false;
    remember(state.tree());
    replaceCurrent(Optional.of(head), cache.advance(state.entries()));
  }

  private void replaceCurrent(Optional<Head> head, long version) {
    CommittedState fresh = openState(head, version);
    CommittedState old;
    synchronized (currentLock) {
      old = current;
      current = fresh;
    }
    old.release();
  }

  /**
   * Whether the state may be given up for that of a snapshot: there is none, or only genesis, or
   * that of another snapshot on which no block was made (whoever drives us forgot it).
   */
  public boolean isReplaceable() {
    return isRestored || head().filter(head -> head.height().value() > 0).isEmpty();
  }

  /**
   * Forgets the state, and begins to build that of a snapshot. Until it is complete there is no
   * state, and if this process ends before, there is none afterwards.
   *
   * @param writes to other columns, together with the forgetting
   */
  public Restoration restore(SnapshotManifest snapshot, Writes writes) {
    Check.that(isReplaceable(), "a state with blocks of its own is not given up");
    long version = cache.clear();
    wipe(Optional.of(RESTORING), writes);
    isRestored = false;
    replaceCurrent(Optional.empty(), version);
    return new Restoration(this, snapshot);
  }

  /** Forgets what a restoration built so far. */
  public void abandonRestoration() {
    long version = cache.clear();
    wipe(Optional.empty(), new Writes());
    replaceCurrent(Optional.empty(), version);
  }

  /** Adds entries of a snapshot, and tells the root of all so far. */
  Digest32 addRestored(List<SnapshotEntries.Entry> entries) {
    List<StateTree.Change> changes =
        entries.stream().map(entry -> StateTree.Change.put(entry.key(), entry.value())).toList();
    StateTree.Update tree = StateTree.update(this::loadPage, changes, parallel);
    file.write(batch -> {
      for (SnapshotEntries.Entry entry : entries) {
        file.put(batch, RocksFile.STATE, entry.key(), entry.value());
      }
      add(batch, tree);
    });
    remember(tree);
    return tree.root();
  }

  void finishRestored(Head head) {
    file.write(batch -> {
      file.put(batch, RocksFile.META, HEAD_KEY, head.toBytes());
      file.put(batch, RocksFile.META, RESTORATION_KEY, RESTORED);
    });
    isRestored = true;
    replaceCurrent(Optional.of(head), cache.clear());
  }

  /** Removes all of the state, and notes what goes on, in one write. */
  private void wipe(Optional<byte[]> mark, Writes writes) {
    file.write(batch -> {
      file.clear(batch, RocksFile.STATE);
      file.clear(batch, RocksFile.TREE);
      file.write(batch, RocksFile.META, HEAD_KEY, Optional.empty());
      file.write(batch, RocksFile.META, RESTORATION_KEY, mark);
      add(batch, writes);
    });
    topPages.clear();
  }

  /** Writes to columns only, atomically and synced. */
  public void write(Writes writes) {
    file.write(batch -> add(batch, writes));
  }

  /**
   * Reads every entry and every page, and compares hashes and counts with the root. Takes time in
   * proportion to the state, memory does not grow with it. No block may be committed meanwhile.
   *
   * @throws ExactaException (fatal) if anything differs
   */
  public void verify() {
    read(state -> {
      if (state.head().isPresent()) {
        new StateAudit(this::loadPage).verify(state, state.head().get().root());
      }
      return true;
    });
  }

  Optional<byte[]> get(String column, byte[] key) {
    return file.get(column, key);
  }

  void scanFrom(String column, byte[] key, Visitor visitor) {
    file.scanFrom(column, key, visitor);
  }

  private void add(WriteBatch batch, StateTree.Update tree) throws RocksDBException {
    for (Map.Entry<PagePlace, Optional<TreePage>> page : tree.pages().entrySet()) {
      Optional<byte[]> bytes = page.getValue().map(TreePage::unsafeBytes);
      file.write(batch, RocksFile.TREE, page.getKey().toBytes(), bytes);
    }
  }

  private void add(WriteBatch batch, Writes writes) throws RocksDBException {
    for (Writes.Write write : writes.list()) {
      file.write(batch, write.column(), write.key(), write.value());
    }
  }

  private TreePage loadPage(PagePlace place) {
    ByteKey key = new ByteKey(place.toBytes());
    TreePage.Packed cached = topPages.get(key);
    if (cached != null) {
      return cached.unpack();
    }
    Optional<TreePage> stored = file.get(RocksFile.TREE, key.bytes()).map(TreePage::ofBytes);
    if (stored.isEmpty() && place.depth() > 0) {
      throw RocksErrors.corrupt("a page of the state's tree is missing");
    }
    if (place.depth() <= CACHED_DEPTH_MAX) {
      stored.ifPresent(page -> topPages.put(key, page.pack()));
    }
    return stored.orElse(TreePage.EMPTY);
  }

  private void remember(StateTree.Update update) {
    update
        .pages()
        .forEach((place, page) -> {
          if (place.depth() <= CACHED_DEPTH_MAX) {
            ByteKey key = new ByteKey(place.toBytes());
            page.ifPresentOrElse(
                present -> topPages.put(key, present.pack()), () -> topPages.remove(key));
          }
        });
  }

  private Optional<Head> readHead() {
    Optional<Head> head = file.get(RocksFile.META, HEAD_KEY).map(Head::ofBytes);
    Digest32 root = loadPage(PagePlace.ROOT).hash();
    if (head.isPresent() && !head.get().root().equals(root)) {
      throw RocksErrors.corrupt("the state's root is not the recorded one");
    }
    return head;
  }

  private CommittedState openState(Optional<Head> head, long version) {
    return new CommittedState(file, head, cache, version);
  }

  /** Waits for those who read or write, then closes. */
  @Override
  public void close() {
    synchronized (currentLock) {
      if (closed) {
        return;
      }
      closed = true;
      cache.clear();
      current.release();
    }
    file.close();
  }
}
