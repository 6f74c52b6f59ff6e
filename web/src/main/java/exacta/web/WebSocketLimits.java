package exacta.web;

import java.time.Duration;

/**
 * What a server takes from those who speak WebSocket, and keeps for them.
 *
 * @param socketsMax open at one time; others are turned away
 * @param messageBytesMax the longest message
 * @param outboxBytesMax what waits for one client
 * @param patience how long a client may leave no room for the next message
 * @param pingPeriod how often a client is asked whether it is there; one that does not answer is
 *     silent, and {@link ServerLimits#silenceMax} applies
 * @param farewell how long an ending may take
 */
public record WebSocketLimits(
    int socketsMax,
    int messageBytesMax,
    long outboxBytesMax,
    Duration patience,
    Duration pingPeriod,
    Duration farewell) {
  private static final int SOCKETS_MAX = 256;
  private static final long OUTBOX_BYTES_MAX = 4L << 20;
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration PING_PERIOD = Duration.ofSeconds(20);
  private static final Duration FAREWELL = Duration.ofSeconds(2);

  public WebSocketLimits {
    if (socketsMax < 1 || messageBytesMax < 1 || outboxBytesMax < 1 || !pingPeriod.isPositive()) {
      throw new IllegalArgumentException("a socket takes something, and says something");
    }
  }

  /** The usual ones, for messages that are not longer than this. */
  public static WebSocketLimits ofMessages(int bytesMax) {
    return new WebSocketLimits(
        SOCKETS_MAX, bytesMax, OUTBOX_BYTES_MAX, PATIENCE, PING_PERIOD, FAREWELL);
  }
}
