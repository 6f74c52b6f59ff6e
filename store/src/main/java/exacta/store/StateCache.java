package exacta.store;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Entries of the newest committed state that were read or written lately, by key; an empty value
 * says that there is none. Every state has a version, and only those who read the newest one are
 * answered: what is there of an older one is on disk. When the young entries are as many as may be,
 * they become the old ones, and the old ones go. Safe for several threads.
 */
final class StateCache {
  private static final int COUNT_MAX = 1 << 16;

  /** Longer values are few, and are read from disk. */
  private static final int VALUE_BYTES_MAX = 1024;

  private final int countMax;
  private volatile Map<ByteKey, Optional<byte[]>> young = new ConcurrentHashMap<>();
  private volatile Map<ByteKey, Optional<byte[]>> old = new ConcurrentHashMap<>();
  private volatile long version;

  StateCache() {
    this(COUNT_MAX);
  }

  /**
   * @param countMax how many entries are young, and how many old
   */
  StateCache(int countMax) {
    this.countMax = countMax;
  }

  /** What the state of this version has there, if that is known. Nobody may change the bytes. */
  Optional<Optional<byte[]>> get(long ofReader, ByteKey key) {
    Optional<byte[]> found = young.get(key);
    if (found == null) {
      found = old.get(key);
    }
    // The version changes before any entry does, so what was found before it changed is of it.
    return found != null && version == ofReader ? Optional.of(found) : Optional.empty();
  }

  /** Notes what the state of this version has there. */
  synchronized void add(long ofReader, ByteKey key, Optional<byte[]> value) {
    if (version == ofReader) {
      put(key, value);
    }
  }

  /**
   * The newest state is about to change on disk: until it did, nobody is answered, and nobody who
   * reads the disk meanwhile adds what is of no state yet.
   */
  synchronized void retire() {
    version++;
  }

  /** Makes another state the newest, which differs by these changes; returns its version. */
  synchronized long advance(Map<byte[], Optional<byte[]>> changes) {
    version++;
    changes.forEach((key, value) -> put(new ByteKey(key), value));
    return version;
  }

  /** Makes another state the newest, of which nothing is known; returns its version. */
  synchronized long clear() {
    version++;
    young = new ConcurrentHashMap<>();
    old = new ConcurrentHashMap<>();
    return version;
  }

  private void put(ByteKey key, Optional<byte[]> value) {
    if (value.isPresent() && value.get().length > VALUE_BYTES_MAX) {
      young.remove(key);
      old.remove(key);
      return;
    }
    young.put(key, value);
    if (young.size() >= countMax) {
      old = young;
      young = new ConcurrentHashMap<>();
    }
  }
}
