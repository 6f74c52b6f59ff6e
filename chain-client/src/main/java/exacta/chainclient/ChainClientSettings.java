package exacta.chainclient;

import java.net.URI;
import java.time.Duration;

/**
 * How the chain is reached.
 *
 * @param rpc the address of its RPC, such as {@code http://127.0.0.1:26657}
 * @param requestMax the longest that one request takes
 * @param patience how long a call tries again while nobody answers, as when the chain restarts
 * @param answerBytesMax no answer is larger
 */
public record ChainClientSettings(
    URI rpc, Duration requestMax, Duration patience, int answerBytesMax) {
  private static final Duration REQUEST_MAX = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int ANSWER_BYTES_MAX = 64 << 20;

  public ChainClientSettings {
    String scheme = String.valueOf(rpc.getScheme());
    if (!scheme.equals("http") && !scheme.equals("https") || rpc.getHost() == null) {
      throw new IllegalArgumentException("the chain's RPC is an http address, not " + rpc);
    }
    if (requestMax.isNegative() || requestMax.isZero() || patience.isNegative()) {
      throw new IllegalArgumentException("a request takes time, and patience is not negative");
    }
  }

  /** The usual ones. */
  public static ChainClientSettings of(URI rpc) {
    return new ChainClientSettings(rpc, REQUEST_MAX, PATIENCE, ANSWER_BYTES_MAX);
  }

  public ChainClientSettings withPatience(Duration longest) {
    return new ChainClientSettings(rpc, requestMax, longest, answerBytesMax);
  }
}
