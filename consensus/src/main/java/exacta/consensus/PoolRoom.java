package exacta.consensus;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How much waits, altogether and of each signer, and whether one more may. A quarter of the pool is
 * kept for duties, and no signer has more than an eighth of it, so that nobody keeps others out.
 * Spec: state.md#mempool.
 */
final class PoolRoom {
  private static final int SIGNERS_MIN = 8;

  /** A small pool still takes so many of one signer. */
  private static final int SIGNER_COUNT_LEAST = 64;

  private record Held(int count, long bytes) {
    Held plus(int more, long moreBytes) {
      return new Held(count + more, bytes + moreBytes);
    }
  }

  private static final Held NONE = new Held(0, 0);

  private final Map<String, Held> signers = new HashMap<>();
  private Held all = NONE;
  private Held others = NONE;

  private Held of(PoolEntry entry) {
    return entry.signer().map(signer -> signers.getOrDefault(signer, NONE)).orElse(NONE);
  }

  /** How many of its signer wait. */
  int countOf(PoolEntry entry) {
    return of(entry).count();
  }

  int count() {
    return all.count();
  }

  long bytes() {
    return all.bytes();
  }

  void add(PoolEntry entry) {
    change(entry, 1);
  }

  void remove(PoolEntry entry) {
    change(entry, -1);
  }

  private void change(PoolEntry entry, int count) {
    long bytes = (long) count * entry.bytes().length;
    all = all.plus(count, bytes);
    if (!entry.isDuty()) {
      others = others.plus(count, bytes);
    }
    entry
        .signer()
        .ifPresent(signer -> {
          Held after = of(entry).plus(count, bytes);
          if (after.count() == 0) {
            signers.remove(signer);
          } else {
            signers.put(signer, after);
          }
        });
  }

  /** Why there is no room for it, if there is none. */
  Optional<String> refusal(PoolEntry entry, SequencerSettings settings) {
    int size = entry.bytes().length;
    int countMax = settings.poolCountMax();
    long bytesMax = settings.poolBytesMax();
    Held mine = of(entry);
    int mineMax = Math.max(SIGNER_COUNT_LEAST, countMax / SIGNERS_MIN);
    if (mine.count() >= mineMax
        || mine.count() > 0 && mine.bytes() + size > bytesMax / SIGNERS_MIN) {
      return Optional.of(
          "mempool is full for this account: number of txs %d (max: %d), total txs bytes %d (max: %d)"
              .formatted(mine.count(), mineMax, mine.bytes(), bytesMax / SIGNERS_MIN));
    }
    if (!entry.isDuty()) {
      countMax -= countMax / 4;
      bytesMax -= bytesMax / 4;
    }
    Held before = entry.isDuty() ? all : others;
    return before.count() >= countMax || before.bytes() + size > bytesMax
        ? Optional.of(
            "mempool is full: number of txs %d (max: %d), total txs bytes %d (max: %d)"
                .formatted(before.count(), countMax, before.bytes(), bytesMax))
        : Optional.empty();
  }
}
