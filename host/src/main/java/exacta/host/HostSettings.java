package exacta.host;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How a host runs on its machine. What it sells, and for what price, is what it announced on the
 * chain.
 *
 * @param home folder of its work log; one host at a time
 * @param bind address to listen at
 * @param port 0: any free one
 * @param portSetting what an operator changes if the port is taken
 * @param runningMax answers that are computed at the same time
 * @param queuedMax orders that may wait for that
 * @param predecessorWait how long an order waits for one before it that was overtaken on its way
 */
public record HostSettings(
    Path home,
    String bind,
    int port,
    String portSetting,
    int runningMax,
    int queuedMax,
    Duration predecessorWait) {
  /**
   * @throws IllegalArgumentException for values out of range
   */
  public HostSettings {
    if (port < 0 || port > 65535 || port > 0 && port < 1024) {
      throw new IllegalArgumentException("a port is 0 or 1024 to 65535, not " + port);
    }
    if (runningMax < 1 || queuedMax < 0) {
      throw new IllegalArgumentException("a host runs at least one answer at a time");
    }
    if (predecessorWait.isNegative()) {
      throw new IllegalArgumentException("a wait is never negative");
    }
  }

  /** The usual host: on loopback, 32 answers at a time and 64 waiting. */
  public static HostSettings loopback(Path home, int port, String portSetting) {
    return new HostSettings(home, "127.0.0.1", port, portSetting, 32, 64, Duration.ofMillis(300));
  }
}
