package exacta.ledger;

import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;

/**
 * The one record of its kind in the state.
 *
 * @param <V> the record
 */
final class Cell<V extends MessageLite> {
  private static final byte[] NO_KEY = new byte[0];

  private final Table<byte[], V> table;

  Cell(StateStore store, String name, Parser<V> parser) {
    this.table = new Table<>(store, name, key -> key, parser);
  }

  V get() {
    return table.require(NO_KEY);
  }

  void put(V value) {
    table.put(NO_KEY, value);
  }
}
