package exacta.ledger;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What one transaction writes, above a state that does not change until {@link #writeTo}. So a
 * transaction that fails half way changes nothing, and checking one is applying it and forgetting
 * what it wrote.
 */
final class Overlay implements StateStore {
  private final StateView base;
  private final TreeMap<byte[], Optional<byte[]>> changes = new TreeMap<>(Arrays::compareUnsigned);

  Overlay(StateView base) {
    this.base = base;
  }

  @Override
  public Optional<byte[]> get(byte[] key) {
    Optional<byte[]> change = changes.get(key);
    // A map's null says that the key was not changed; an empty Optional that it was deleted.
    return change == null ? base.get(key) : change;
  }

  @Override
  public void put(byte[] key, byte[] value) {
    changes.put(key, Optional.of(value));
  }

  @Override
  public void delete(byte[] key) {
    changes.put(key, Optional.empty());
  }

  @Override
  public void scan(byte[] prefix, Visitor visitor) {
    List<Map.Entry<byte[], Optional<byte[]>>> above = changesUnder(prefix);
    int[] next = {0};
    boolean[] enough = {false};
    base.scan(
        prefix,
        (key, value) -> {
          while (!enough[0] && next[0] < above.size()) {
            int order = Arrays.compareUnsigned(above.get(next[0]).getKey(), key);
            if (order > 0) {
              break;
            }
            enough[0] = !show(above.get(next[0]++), visitor);
            if (order == 0) {
              return !enough[0];
            }
          }
          enough[0] = enough[0] || !visitor.visit(key, value);
          return !enough[0];
        });
    while (!enough[0] && next[0] < above.size()) {
      enough[0] = !show(above.get(next[0]++), visitor);
    }
  }

  private static boolean show(Map.Entry<byte[], Optional<byte[]>> change, Visitor visitor) {
    return change.getValue().map(value -> visitor.visit(change.getKey(), value)).orElse(true);
  }

  private List<Map.Entry<byte[], Optional<byte[]>>> changesUnder(byte[] prefix) {
    List<Map.Entry<byte[], Optional<byte[]>>> under = new ArrayList<>();
    for (Map.Entry<byte[], Optional<byte[]>> entry : changes.tailMap(prefix).entrySet()) {
      byte[] key = entry.getKey();
      if (key.length < prefix.length
          || !Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length)) {
        break;
      }
      under.add(entry);
    }
    return under;
  }

  /** Forgets what was written. */
  void clear() {
    changes.clear();
  }

  void writeTo(StateStore store) {
    changes.forEach((key, change) ->
        change.ifPresentOrElse(value -> store.put(key, value), () -> store.delete(key)));
  }
}
