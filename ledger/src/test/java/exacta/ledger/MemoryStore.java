package exacta.ledger;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A state in memory. */
final class MemoryStore implements StateStore {
  private final TreeMap<byte[], byte[]> entries = new TreeMap<>(Arrays::compareUnsigned);

  @Override
  public Optional<byte[]> get(byte[] key) {
    return Optional.ofNullable(entries.get(key)).map(byte[]::clone);
  }

  @Override
  public void put(byte[] key, byte[] value) {
    entries.put(key.clone(), value.clone());
  }

  @Override
  public void delete(byte[] key) {
    entries.remove(key);
  }

  @Override
  public void scan(byte[] prefix, Visitor visitor) {
    for (Map.Entry<byte[], byte[]> entry : entries.tailMap(prefix).entrySet()) {
      byte[] key = entry.getKey();
      boolean isUnder =
          key.length >= prefix.length
              && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
      if (!isUnder || !visitor.visit(key.clone(), entry.getValue().clone())) {
        return;
      }
    }
  }

  /** Becomes a copy of another. */
  void replaceBy(MemoryStore other) {
    entries.clear();
    entries.putAll(other.entries);
  }

  int size() {
    return entries.size();
  }

  boolean holdsTheSameAs(MemoryStore other) {
    if (entries.size() != other.entries.size()) {
      return false;
    }
    return entries.entrySet().stream()
        .allMatch(entry -> Arrays.equals(entry.getValue(), other.entries.get(entry.getKey())));
  }
}
