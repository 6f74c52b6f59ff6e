package exacta.store;

import exacta.ledger.StateView.Visitor;
import exacta.primitives.Check;
import exacta.primitives.ExactaException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.Cache;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ColumnFamilyOptions;
import org.rocksdb.CompressionType;
import org.rocksdb.DBOptions;
import org.rocksdb.DataBlockIndexType;
import org.rocksdb.Filter;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Snapshot;
import org.rocksdb.WALRecoveryMode;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/**
 * RocksDB, made safe: exceptions in our terms, and no call after the close, which in native code
 * would end the process.
 */
final class RocksFile implements AutoCloseable {
  static final String META = "default";
  static final String STATE = "state";
  static final String TREE = "tree";

  private static final long CACHE_BYTES = 128L << 20;
  private static final double FILTER_BITS_PER_KEY = 10;

  static {
    RocksDB.loadLibrary();
  }

  /** Fills a batch. */
  interface Filler {
    void fill(WriteBatch batch) throws RocksDBException;
  }

  private final Path folder;
  private final DBOptions options;
  private final Cache cache = new LRUCache(CACHE_BYTES);
  private final Filter filter = new BloomFilter(FILTER_BITS_PER_KEY);
  private final ColumnFamilyOptions columnOptions;

  /** Pages of the tree are hashes: no compression makes them smaller. */
  private final ColumnFamilyOptions treeOptions;

  private final RocksDB database;
  private final Map<String, ColumnFamilyHandle> handles = new TreeMap<>();
  private final ReadOptions latest = new ReadOptions();
  private final WriteOptions synced = new WriteOptions().setSync(true);

  /** Whoever reads or writes holds the read lock; who closes, the write lock. */
  private final ReentrantReadWriteLock life = new ReentrantReadWriteLock();

  private boolean closed;

  private RocksFile(Path folder, List<String> names) throws RocksDBException {
    this.folder = folder;
    // A torn record at the log's very end is a write that was never acknowledged. Damage anywhere
    // else must stop us, not set the chain back.
    options =
        new DBOptions()
            .setCreateIfMissing(true)
            .setCreateMissingColumnFamilies(true)
            .setWalRecoveryMode(WALRecoveryMode.TolerateCorruptedTailRecords)
            .setInfoLogLevel(InfoLogLevel.WARN_LEVEL)
            .setKeepLogFileNum(2)
            .setMaxBackgroundJobs(2);
    columnOptions = columnOptions(CompressionType.LZ4_COMPRESSION);
    treeOptions = columnOptions(CompressionType.NO_COMPRESSION);
    List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
    for (String name : names) {
      byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
      descriptors.add(
          new ColumnFamilyDescriptor(bytes, name.equals(TREE) ? treeOptions : columnOptions));
    }
    List<ColumnFamilyHandle> opened = new ArrayList<>();
    database = RocksDB.open(options, folder.toString(), descriptors, opened);
    for (int i = 0; i < names.size(); i++) {
      handles.put(names.get(i), opened.get(i));
    }
  }

  private ColumnFamilyOptions columnOptions(CompressionType compression) {
    return new ColumnFamilyOptions()
        .setCompressionType(compression)
        .setTableFormatConfig(
            new BlockBasedTableConfig()
                .setBlockCache(cache)
                .setFilterPolicy(filter)
                // Most reads are of single keys; those find theirs in a block by its hash.
                .setDataBlockIndexType(DataBlockIndexType.kDataBlockBinaryAndHash));
  }

  static RocksFile open(Path folder, List<String> columns) {
    List<String> names = new ArrayList<>(List.of(META, STATE, TREE));
    for (String column : columns) {
      Check.that(!names.contains(column), "columns have different names");
      names.add(column);
    }
    try {
      Files.createDirectories(folder);
      return new RocksFile(folder, names);
    } catch (IOException e) {
      throw new ExactaException(
          ExactaException.Category.FATAL, "cannot make the folder " + folder + ": " + e, e);
    } catch (RocksDBException e) {
      throw RocksErrors.opening(folder, e);
    }
  }

  Path folder() {
    return folder;
  }

  Optional<byte[]> get(String column, byte[] key) {
    return get(latest, column, key);
  }

  Optional<byte[]> get(ReadOptions view, String column, byte[] key) {
    enter();
    try {
      return Optional.ofNullable(database.get(handles.get(column), view, key));
    } catch (RocksDBException e) {
      throw RocksErrors.using(e);
    } finally {
      leave();
    }
  }

  void scanFrom(String column, byte[] from, Visitor visitor) {
    scan(latest, column, from, visitor);
  }

  void scanPrefix(String column, byte[] prefix, Visitor visitor) {
    scan(
        latest,
        column,
        prefix,
        (key, value) -> Keys.startsWith(key, prefix) && visitor.visit(key, value));
  }

  void scan(ReadOptions view, String column, byte[] from, Visitor visitor) {
    enter();
    try (RocksIterator iterator = database.newIterator(handles.get(column), view)) {
      iterator.seek(from);
      while (iterator.isValid() && visitor.visit(iterator.key(), iterator.value())) {
        iterator.next();
      }
      iterator.status();
    } catch (RocksDBException e) {
      throw RocksErrors.using(e);
    } finally {
      leave();
    }
  }

  /** Writes atomically, and returns when it is on the disk. */
  void write(Filler filler) {
    enter();
    try (WriteBatch batch = new WriteBatch()) {
      filler.fill(batch);
      database.write(synced, batch);
    } catch (RocksDBException e) {
      throw RocksErrors.using(e);
    } finally {
      leave();
    }
  }

  void put(WriteBatch batch, String column, byte[] key, byte[] value) throws RocksDBException {
    batch.put(handles.get(column), key, value);
  }

  /** Puts a value, or deletes the key if there is none. */
  void write(WriteBatch batch, String column, byte[] key, Optional<byte[]> value)
      throws RocksDBException {
    if (value.isPresent()) {
      put(batch, column, key, value.get());
    } else {
      batch.delete(handles.get(column), key);
    }
  }

  /** Deletes all that a column has now. Takes no time in proportion to it. */
  void clear(WriteBatch batch, String column) throws RocksDBException {
    ColumnFamilyHandle handle = handles.get(column);
    try (RocksIterator iterator = database.newIterator(handle, latest)) {
      iterator.seekToLast();
      if (iterator.isValid()) {
        byte[] last = iterator.key();
        // A zero behind it is the very next key.
        batch.deleteRange(handle, new byte[0], Arrays.copyOf(last, last.length + 1));
      }
      iterator.status();
    }
  }

  Snapshot snapshot() {
    enter();
    try {
      return database.getSnapshot();
    } finally {
      leave();
    }
  }

  void release(Snapshot snapshot) {
    life.readLock().lock();
    try {
      if (!closed) {
        database.releaseSnapshot(snapshot);
      }
    } finally {
      life.readLock().unlock();
    }
  }

  private void enter() {
    life.readLock().lock();
    if (closed) {
      life.readLock().unlock();
      throw ExactaException.error("the database " + folder + " was closed");
    }
  }

  private void leave() {
    life.readLock().unlock();
  }

  @Override
  public void close() {
    life.writeLock().lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      latest.close();
      synced.close();
      handles.values().forEach(ColumnFamilyHandle::close);
      database.close();
      columnOptions.close();
      treeOptions.close();
      options.close();
      filter.close();
      cache.close();
    } finally {
      life.writeLock().unlock();
    }
  }
}
