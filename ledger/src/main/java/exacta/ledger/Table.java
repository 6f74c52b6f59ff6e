package exacta.ledger;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Records of one kind in the state, by key: the table's name, a slash, the key's bytes. Spec:
 * ledger.md#state.
 *
 * @param <K> what finds a record
 * @param <V> the record
 */
final class Table<K, V extends MessageLite> {
  /** A record with the bytes of its key behind the table's name. */
  record Row<V>(byte[] key, V value) {}

  /** Looks at rows; returns whether to go on. */
  interface RowVisitor<V> {
    boolean visit(byte[] key, V value);
  }

  private static final byte[] ALL = new byte[0];

  /** Tables are made for every transaction, their names are few. */
  private static final Map<String, byte[]> PREFIXES = new ConcurrentHashMap<>();

  private final StateStore store;
  private final byte[] prefix;
  private final Function<K, byte[]> keyBytes;
  private final Parser<V> parser;

  Table(StateStore store, String name, Function<K, byte[]> keyBytes, Parser<V> parser) {
    this.store = store;
    this.prefix = PREFIXES.computeIfAbsent(name, text -> Keys.ofText(text + "/"));
    this.keyBytes = keyBytes;
    this.parser = parser;
  }

  private byte[] path(byte[] key) {
    byte[] path = new byte[prefix.length + key.length];
    System.arraycopy(prefix, 0, path, 0, prefix.length);
    System.arraycopy(key, 0, path, prefix.length, key.length);
    return path;
  }

  Optional<V> get(K key) {
    return store.get(path(keyBytes.apply(key))).map(this::parse);
  }

  /** The record that the rules put there. */
  V require(K key) {
    return get(key)
        .orElseThrow(() -> new AssertionError("the state lacks a record that its rules wrote"));
  }

  boolean has(K key) {
    return store.get(path(keyBytes.apply(key))).isPresent();
  }

  void put(K key, V value) {
    store.put(path(keyBytes.apply(key)), value.toByteArray());
  }

  void delete(K key) {
    store.delete(path(keyBytes.apply(key)));
  }

  void deleteRow(Row<V> row) {
    store.delete(path(row.key()));
  }

  /** Shows the rows whose keys begin so, in order. Nothing may be written meanwhile. */
  void scan(byte[] keyPrefix, RowVisitor<V> visitor) {
    store.scan(
        path(keyPrefix),
        (key, value) -> {
          byte[] rest = new byte[key.length - prefix.length];
          System.arraycopy(key, prefix.length, rest, 0, rest.length);
          return visitor.visit(rest, parse(value));
        });
  }

  /** The first rows whose keys begin so, at most so many. */
  List<Row<V>> rows(byte[] keyPrefix, int countMax) {
    List<Row<V>> rows = new ArrayList<>();
    if (countMax > 0) {
      scan(
          keyPrefix,
          (key, value) -> {
            rows.add(new Row<>(key, value));
            return rows.size() < countMax;
          });
    }
    return rows;
  }

  /** All rows whose keys begin so. */
  List<Row<V>> rows(byte[] keyPrefix) {
    return rows(keyPrefix, Integer.MAX_VALUE);
  }

  /** All records whose keys begin so. */
  List<V> values(byte[] keyPrefix) {
    return rows(keyPrefix).stream().map(Row::value).toList();
  }

  /** All records. */
  List<V> values() {
    return values(ALL);
  }

  void deleteAll(byte[] keyPrefix) {
    rows(keyPrefix).forEach(this::deleteRow);
  }

  /** Deletes the rows whose keys begin with a number up to this one. */
  void deleteUpTo(long number) {
    List<byte[]> keys = new ArrayList<>();
    byte[] above = Keys.of(number + 1).toBytes();
    scan(
        ALL,
        (key, value) -> {
          boolean isOld = Arrays.compareUnsigned(key, above) < 0;
          if (isOld) {
            keys.add(key);
          }
          return isOld;
        });
    keys.forEach(key -> store.delete(path(key)));
  }

  private V parse(byte[] bytes) {
    try {
      return parser.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("the state holds a record that its rules did not write", e);
    }
  }
}
