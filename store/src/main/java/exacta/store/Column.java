package exacta.store;

import exacta.ledger.StateView.Visitor;
import java.util.Optional;

/**
 * A table of others beside the state, such as the blocks: bytes by key, ordered by unsigned bytes,
 * not part of the app hash. Reads see the last write; safe for several threads.
 */
public final class Column {
  private final Database database;
  private final String name;

  Column(Database database, String name) {
    this.database = database;
    this.name = name;
  }

  String name() {
    return name;
  }

  public Optional<byte[]> get(byte[] key) {
    return database.get(name, key);
  }

  /** Shows entries from this key on, in order, until the visitor has enough. */
  public void scanFrom(byte[] key, Visitor visitor) {
    database.scanFrom(name, key, visitor);
  }
}
