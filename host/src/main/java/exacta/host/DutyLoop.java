package exacta.host;

import exacta.host.Duty.Progress;
import exacta.primitives.ExactaException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Follows the chain, and does at each new block what is owed: each duty on a virtual thread of its
 * own, one attempt at a time, again at the next block until it is done or its window is over.
 * Whatever fails, the loop goes on.
 */
final class DutyLoop implements AutoCloseable {
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final int REPORTED_FAILURES = 3;

  /** What the loop knows of a duty; guarded by the loop. */
  private static final class State {
    final long lastBlock;
    boolean running;
    boolean done;
    int failures;
    String why = "it was not tried";

    State(long lastBlock) {
      this.lastBlock = lastBlock;
    }
  }

  private final ChainView chain;
  private final List<Duty.Source> sources;
  private final HostLog log;
  private final Map<String, State> states = new HashMap<>();
  private final ExecutorService attempts = Executors.newVirtualThreadPerTaskExecutor();
  private final Thread follower;
  private volatile boolean closed;

  DutyLoop(ChainView chain, List<Duty.Source> sources, HostLog log) {
    this.chain = chain;
    this.sources = List.copyOf(sources);
    this.log = log;
    follower = Thread.ofVirtual().name("exacta-duties").unstarted(this::follow);
  }

  void start() {
    follower.start();
  }

  private void follow() {
    boolean lost = false;
    long seen = -1;
    while (!closed) {
      try {
        long height = chain.chain().awaitHeight(Math.max(seen, 0) + 1, POLL);
        if (lost) {
          log.chainBack(height);
          lost = false;
        }
        if (height > seen) {
          seen = height;
          chain.advance(height);
          atBlock();
        }
      } catch (ExactaException e) {
        if (!lost && !closed) {
          log.chainLost(e.getMessage());
        }
        lost = true;
        pause();
      } catch (RuntimeException | Error e) {
        log.retrying("looking for duties", e.toString(), 1);
        pause();
      }
    }
  }

  private void pause() {
    try {
      Thread.sleep(POLL);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed
    }
  }

  /** Looks for duties as of the newest block, and starts what is not done. */
  void atBlock() {
    expire();
    Optional<RuntimeException> failure = Optional.empty();
    for (Duty.Source source : sources) {
      try {
        source.duties().forEach(this::start);
      } catch (RuntimeException e) {
        failure = Optional.of(e); // one that fails does not keep the others from their duties
      }
    }
    failure.ifPresent(e -> {
      throw e;
    });
  }

  private synchronized void expire() {
    Set<String> over = new HashSet<>();
    states.forEach((name, state) -> {
      if (!state.running && state.lastBlock <= chain.height()) {
        if (!state.done) {
          log.missed(name, state.why);
        }
        over.add(name);
      }
    });
    states.keySet().removeAll(over);
  }

  private synchronized void start(Duty duty) {
    if (closed || duty.lastBlock() <= chain.height()) {
      return;
    }
    State state = states.computeIfAbsent(duty.name(), name -> new State(duty.lastBlock()));
    if (!state.running && !state.done) {
      state.running = true;
      attempts.execute(() -> attempt(duty, state));
    }
  }

  private void attempt(Duty duty, State state) {
    Progress progress;
    boolean failed = false;
    try {
      progress = duty.attempt().run();
    } catch (RuntimeException | Error e) {
      failed = true;
      progress = Duty.waiting(e.toString());
    }
    synchronized (this) {
      state.running = false;
      switch (progress) {
        case Progress.Done _ -> state.done = true;
        case Progress.Waiting waiting -> {
          state.why = waiting.why();
          state.failures += failed ? 1 : 0;
          if (failed && state.failures <= REPORTED_FAILURES && !closed) {
            log.retrying(duty.name(), waiting.why(), state.failures);
          }
        }
      }
    }
  }

  /** Interrupts what runs, and returns when it has ended. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    follower.interrupt();
    attempts.shutdownNow();
    try {
      follower.join();
      attempts.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
