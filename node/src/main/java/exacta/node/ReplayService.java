package exacta.node;

import exacta.ledger.NonceReplay;
import exacta.primitives.Digest32;
import exacta.primitives.ExactaException;
import exacta.sprint.SprintReplay;
import exacta.sprint.SprintShape;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/**
 * Recomputes challenged nonces, one after another on a thread of its own, so that a digest is ready
 * when its verdict falls due. Safe for several threads.
 */
final class ReplayService implements NonceReplay, AutoCloseable {
  /** Verdicts are computed again when blocks are; older ones may be computed once more. */
  private static final int REMEMBERED_MAX = 1024;

  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("nonce-replay").factory());

  private final Map<Subject, CompletableFuture<Digest32>> digests =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(
            Map.Entry<Subject, CompletableFuture<Digest32>> eldest) {
          return size() > REMEMBERED_MAX;
        }
      };

  /** A nonce as a key: its host's bytes compared by value. */
  private record Subject(Digest32 seed, SprintShape shape, String host, long item) {
    static Subject of(Nonce nonce) {
      return new Subject(
          nonce.seed(),
          new SprintShape(nonce.dim(), nonce.layers(), nonce.length()),
          HexFormat.of().formatHex(nonce.host()),
          nonce.item());
    }
  }

  @Override
  public void prepare(Nonce nonce) {
    begin(nonce);
  }

  @Override
  public Digest32 digest(Nonce nonce) {
    try {
      return begin(nonce).join();
    } catch (CompletionException e) {
      throw new AssertionError("a replay is a function of valid inputs", e);
    }
  }

  private CompletableFuture<Digest32> begin(Nonce nonce) {
    Subject subject = Subject.of(nonce);
    byte[] host = nonce.host();
    synchronized (digests) {
      try {
        return digests.computeIfAbsent(
            subject,
            key ->
                CompletableFuture.supplyAsync(
                    () -> SprintReplay.replay(key.seed(), key.shape(), host, key.item()), thread));
      } catch (RejectedExecutionException e) {
        throw new ExactaException(
            ExactaException.Category.ERROR, "the node is stopping; no nonce is replayed", e);
      }
    }
  }

  @Override
  public void close() {
    thread.shutdown();
  }
}
