package exacta.ledger;

import exacta.primitives.Digest32;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Transactions that were checked lately, by the hash of all their bytes, so that a block reads and
 * verifies again only what it brings. Only what has a good signature is kept: nobody fills it with
 * what costs him nothing. When the young ones are as many as may be, they become the old ones, and
 * the old ones go. Safe for several threads.
 */
final class KnownTransactions {
  /** More than wait in a pool. */
  private static final int COUNT_MAX = 8192;

  private static final long BYTES_MAX = 8L << 20;

  private Map<Digest32, ReadTransaction> young = new LinkedHashMap<>();
  private Map<Digest32, ReadTransaction> old = new LinkedHashMap<>();
  private long youngBytes;

  synchronized Optional<ReadTransaction> get(Digest32 hash) {
    ReadTransaction found = young.get(hash);
    return Optional.ofNullable(found == null ? old.get(hash) : found);
  }

  /** Keeps a transaction whose signature was verified. */
  synchronized void add(ReadTransaction transaction) {
    if (young.putIfAbsent(transaction.hash(), transaction) != null) {
      return;
    }
    youngBytes += transaction.bytes();
    if (young.size() >= COUNT_MAX || youngBytes >= BYTES_MAX) {
      old = young;
      young = new LinkedHashMap<>();
      youngBytes = 0;
    }
  }
}
