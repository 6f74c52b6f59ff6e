package exacta.gateway;

import exacta.crypto.Address;
import exacta.crypto.PublicKey;
import exacta.primitives.Amount;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** What the operator of a gateway reads. */
final class GatewayLog {
  private static final System.Logger LOG = System.getLogger("exacta.gateway");

  private final AtomicReference<Optional<String>> trouble = new AtomicReference<>(Optional.empty());

  void sessionOpened(PublicKey key, long lastEpoch, int lanes) {
    LOG.log(
        Level.INFO,
        "a session with key {0} is open until epoch {1} with {2} lanes",
        key,
        Long.toString(lastEpoch),
        lanes);
  }

  void toppedUp(Address host, Amount amount) {
    LOG.log(Level.INFO, "lane to {0}: {1} more", host, amount);
  }

  void hostFailed(Address host, HostFailure failure) {
    Level level = failure instanceof HostFailure.Wrong ? Level.WARNING : Level.INFO;
    LOG.log(level, "host {0}: {1}", host, failure.getMessage());
  }

  void laneUnusable(Address host, String reason) {
    LOG.log(Level.WARNING, "the lane to {0} is not used: {1}", host, reason);
  }

  void modelUnusable(String name, String reason) {
    LOG.log(Level.WARNING, "the model {0} cannot be used: {1}", name, reason);
  }

  /** Something outside is wrong; the same text again is not repeated. */
  void trouble(String text) {
    Optional<String> now = Optional.of(text);
    if (!trouble.getAndSet(now).equals(now)) {
      LOG.log(Level.WARNING, text);
    }
  }

  void troubleOver() {
    if (trouble.getAndSet(Optional.empty()).isPresent()) {
      LOG.log(Level.INFO, "chain and session are in order again");
    }
  }

  void bug(Throwable failure) {
    LOG.log(Level.ERROR, "a request failed by a bug of this program", failure);
  }
}
