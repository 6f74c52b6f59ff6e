package exacta.node;

import exacta.chainclient.ChainClient;
import exacta.chainclient.ChainClientSettings;
import exacta.primitives.Clock;
import exacta.primitives.ExactaException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * A ledger and its CometBFT, which ends with it. A CometBFT that failed goes on answering and makes
 * no block: one whose height stands still is ended, too. For one thread.
 */
final class ManagedNode {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(1);

  /** Longer than rounds take when a third of the validators is away, and comes back. */
  private static final Duration STILL_MAX = Duration.ofSeconds(60);

  private final String name;
  private final ManagedProcess ledger;
  private final ManagedProcess comet;
  private final Path socket;
  private final Clock clock;
  private final ChainClient chain;
  private long height;
  private long movedMillis;

  ManagedNode(
      String name, ManagedProcess ledger, ManagedProcess comet, Path socket, URI rpc, Clock clock) {
    this.name = name;
    this.ledger = ledger;
    this.comet = comet;
    this.socket = socket;
    this.clock = clock;
    chain =
        new ChainClient(new ChainClientSettings(rpc, ANSWER_MAX, Duration.ZERO, 1 << 20), clock);
    movedMillis = clock.millis();
  }

  boolean makesBlocks() {
    return height > 0;
  }

  /** Starts what does not run, and asks for the height. */
  void look(Consumer<String> progress) {
    if (!ledger.isAlive()) {
      // What listens there is gone; CometBFT would find nothing, and wait three seconds.
      comet.kill();
      deleteSocket();
      started(ledger, progress);
      return;
    }
    if (!comet.isAlive() && Files.exists(socket) && started(comet, progress)) {
      movedMillis = clock.millis();
      return;
    }
    long now = clock.millis();
    long newest = askHeight();
    if (newest > height) {
      height = newest;
      movedMillis = now;
    } else if (comet.isAlive() && now - movedMillis > STILL_MAX.toMillis()) {
      progress.accept(name + " stands still at height " + height + ": its CometBFT is restarted");
      movedMillis = now;
      comet.kill();
    }
  }

  private static boolean started(ManagedProcess process, Consumer<String> progress) {
    boolean isNew = process.ensure();
    if (isNew) {
      progress.accept("started " + process.name());
    }
    return isNew;
  }

  private void deleteSocket() {
    try {
      Files.deleteIfExists(socket);
    } catch (IOException e) {
      throw new ExactaException(
          ExactaException.Category.FATAL, "the file " + socket + " cannot be removed", e);
    }
  }

  private long askHeight() {
    if (!comet.isAlive()) {
      return 0;
    }
    try {
      return chain.height();
    } catch (ExactaException e) {
      return 0; // it is starting, or ending
    }
  }

  /** For people. */
  String line() {
    return "%s: height %d, ledger %s, CometBFT %s"
        .formatted(name, height, state(ledger), state(comet));
  }

  private static String state(ManagedProcess process) {
    String alive = process.isAlive() ? "runs" : "is down";
    return process.restarts() == 0 ? alive : alive + " (restarts: " + process.restarts() + ")";
  }

  void stop() {
    comet.stop();
    ledger.stop();
    chain.close();
  }
}
