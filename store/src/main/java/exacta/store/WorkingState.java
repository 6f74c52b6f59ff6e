package exacta.store;

import exacta.ledger.StateStore;
import exacta.ledger.StateView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The state of a block that is being made: what it writes lies in memory above a state that does
 * not change, until it is committed or forgotten. For one thread; but several may read while nobody
 * writes.
 */
public final class WorkingState implements StateStore {
  private final StateView base;

  /** What was written: to look up, and in order once somebody asked for that. */
  private final Map<ByteKey, Optional<byte[]>> changes = new HashMap<>();

  private Optional<TreeMap<byte[], Optional<byte[]>>> ordered = Optional.empty();

  /** Begins above this state, which stays as it is. */
  public WorkingState(StateView base) {
    this.base = base;
  }

  @Override
  public Optional<byte[]> get(byte[] key) {
    Optional<byte[]> change = changes.get(new ByteKey(key));
    // A map's null says that the key was not changed; an empty Optional that it was deleted.
    return change == null ? base.get(key) : change.map(byte[]::clone);
  }

  @Override
  public void put(byte[] key, byte[] value) {
    change(key.clone(), Optional.of(value.clone()));
  }

  @Override
  public void delete(byte[] key) {
    change(key.clone(), Optional.empty());
  }

  private void change(byte[] key, Optional<byte[]> value) {
    changes.put(new ByteKey(key), value);
    ordered.ifPresent(map -> map.put(key, value));
  }

  @Override
  public void scan(byte[] prefix, Visitor visitor) {
    Merge merge = new Merge(changesUnder(prefix), visitor);
    base.scan(prefix, merge::visitBase);
    merge.finish();
  }

  /** What was written so far, by key in order; an empty value is a deletion. */
  SortedMap<byte[], Optional<byte[]>> changes() {
    return Collections.unmodifiableSortedMap(ordered());
  }

  private TreeMap<byte[], Optional<byte[]>> ordered() {
    if (ordered.isEmpty()) {
      TreeMap<byte[], Optional<byte[]>> map = new TreeMap<>(Arrays::compareUnsigned);
      changes.forEach((key, value) -> map.put(key.bytes(), value));
      ordered = Optional.of(map);
    }
    return ordered.get();
  }

  private List<Map.Entry<byte[], Optional<byte[]>>> changesUnder(byte[] prefix) {
    List<Map.Entry<byte[], Optional<byte[]>>> under = new ArrayList<>();
    for (Map.Entry<byte[], Optional<byte[]>> entry : ordered().tailMap(prefix).entrySet()) {
      if (!Keys.startsWith(entry.getKey(), prefix)) {
        break;
      }
      under.add(entry);
    }
    return under;
  }

  /** Shows the entries of the base and the changes above it in one order. */
  private static final class Merge {
    private final Iterator<Map.Entry<byte[], Optional<byte[]>>> changes;
    private final Visitor visitor;
    private Optional<Map.Entry<byte[], Optional<byte[]>>> next;
    private boolean enough;

    Merge(List<Map.Entry<byte[], Optional<byte[]>>> changes, Visitor visitor) {
      this.changes = changes.iterator();
      this.visitor = visitor;
      advance();
    }

    boolean visitBase(byte[] key, byte[] value) {
      while (!enough && next.isPresent()) {
        int order = Arrays.compareUnsigned(next.get().getKey(), key);
        if (order > 0) {
          break;
        }
        showChange();
        if (order == 0) {
          return !enough;
        }
      }
      if (!enough) {
        enough = !visitor.visit(key, value);
      }
      return !enough;
    }

    void finish() {
      while (!enough && next.isPresent()) {
        showChange();
      }
    }

    private void showChange() {
      Map.Entry<byte[], Optional<byte[]>> change = next.orElseThrow();
      advance();
      if (change.getValue().isPresent()) {
        enough = !visitor.visit(change.getKey().clone(), change.getValue().get().clone());
      }
    }

    private void advance() {
      next = changes.hasNext() ? Optional.of(changes.next()) : Optional.empty();
    }
  }
}
