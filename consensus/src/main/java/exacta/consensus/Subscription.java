package exacta.consensus;

import exacta.primitives.ExactaException;
import exacta.primitives.Height;
import java.util.Optional;
import java.util.function.Consumer;

/** Delivers blocks in order to a listener until it is closed or the chain ends. */
public final class Subscription implements AutoCloseable {
  private final BlockFeed feed;
  private final BlockStore blocks;
  private final Consumer<CommittedBlock> listener;
  private final Thread thread;
  private volatile boolean closed;

  Subscription(BlockFeed feed, BlockStore blocks, Height first, Consumer<CommittedBlock> listener) {
    this.feed = feed;
    this.blocks = blocks;
    this.listener = listener;
    this.thread = Thread.ofVirtual().name("exacta-follower").start(() -> run(first));
  }

  private void run(Height first) {
    try {
      Height next = first;
      while (!closed && feed.await(next)) {
        Optional<CommittedBlock> block = read(next);
        if (block.isEmpty()) {
          return;
        }
        listener.accept(block.get());
        next = next.plus(1);
      }
    } catch (InterruptedException e) {
      // Only close() interrupts, to end the wait for the next block.
    }
  }

  /** The block; nothing if the chain was closed while a slow listener was behind. */
  private Optional<CommittedBlock> read(Height height) {
    try {
      return blocks.block(height);
    } catch (ExactaException e) {
      if (feed.isEnded()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Delivers no further block; one that is being delivered may still be under way. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
