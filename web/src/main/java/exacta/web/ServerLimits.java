package exacta.web;

import java.time.Duration;

/**
 * What a web server takes from strangers.
 *
 * @param connectionsMax more wait until one ends
 * @param uriBytesMax the longest first line of a request
 * @param headerBytesMax all headers of a request together
 * @param silenceMax how long a connection may owe the next byte: of a request that has begun, or of
 *     the next one
 */
public record ServerLimits(
    int connectionsMax, int uriBytesMax, int headerBytesMax, Duration silenceMax) {
  private static final int CONNECTIONS_MAX = 1024;
  private static final int HEADER_BYTES_MAX = 16 << 10;
  private static final Duration SILENCE_MAX = Duration.ofSeconds(60);

  public ServerLimits {
    if (connectionsMax < 1 || uriBytesMax < 1 || headerBytesMax < 1 || !silenceMax.isPositive()) {
      throw new IllegalArgumentException("a server takes something, and waits for it");
    }
  }

  /** The usual ones, for a server whose first lines are not longer than this. */
  public static ServerLimits ofUri(int bytesMax) {
    return new ServerLimits(CONNECTIONS_MAX, bytesMax, HEADER_BYTES_MAX, SILENCE_MAX);
  }
}
