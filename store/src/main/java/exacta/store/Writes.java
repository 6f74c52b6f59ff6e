package exacta.store;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Changes to columns that are written together. Not safe for several threads. */
public final class Writes {
  record Write(String column, byte[] key, Optional<byte[]> value) {}

  private final List<Write> writes = new ArrayList<>();

  public Writes put(Column column, byte[] key, byte[] value) {
    writes.add(new Write(column.name(), key, Optional.of(value)));
    return this;
  }

  public Writes delete(Column column, byte[] key) {
    writes.add(new Write(column.name(), key, Optional.empty()));
    return this;
  }

  List<Write> list() {
    return Collections.unmodifiableList(writes);
  }
}
