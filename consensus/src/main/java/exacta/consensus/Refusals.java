package exacta.consensus;

import exacta.consensus.stored.StoredRefusal;
import exacta.primitives.Digest32;
import exacta.primitives.Height;
import exacta.store.Column;
import exacta.store.Database;
import exacta.store.Writes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/**
 * Why accepted transactions left the pool without a block; the newest 10,000. Writes come from one
 * thread, reads from any.
 */
final class Refusals {
  private static final int COUNT_MAX = 10_000;

  private final Column column;
  private final LinkedHashSet<Digest32> oldestFirst = new LinkedHashSet<>();

  Refusals(Database database) {
    column = database.column(Columns.REFUSALS);
    record Aged(long height, Digest32 hash) {}
    List<Aged> found = new ArrayList<>();
    column.scanFrom(
        new byte[0],
        (key, value) -> {
          long height = Stored.parse(StoredRefusal.parser(), value).getHeight();
          found.add(new Aged(height, Digest32.of(key)));
          return true;
        });
    found.sort(Comparator.comparingLong(Aged::height));
    found.forEach(aged -> oldestFirst.add(aged.hash()));
  }

  void add(Writes writes, Digest32 hash, RefusedTransaction refused) {
    StoredRefusal stored =
        StoredRefusal.newBuilder()
            .setHeight(refused.height().value())
            .setResult(Stored.result(refused.result()))
            .build();
    writes.put(column, hash.toBytes(), stored.toByteArray());
    oldestFirst.remove(hash);
    oldestFirst.add(hash);
    if (oldestFirst.size() > COUNT_MAX) {
      writes.delete(column, oldestFirst.removeFirst().toBytes());
    }
  }

  Optional<RefusedTransaction> get(Digest32 hash) {
    return column
        .get(hash.toBytes())
        .map(bytes -> Stored.parse(StoredRefusal.parser(), bytes))
        .map(stored ->
            new RefusedTransaction(
                new Height(stored.getHeight()), Stored.result(stored.getResult())));
  }
}
