package exacta.gateway;

import exacta.crypto.Address;
import exacta.primitives.Digest32;
import java.util.Optional;

/** A request that is being answered. Written by the thread that buys the answer, read by any. */
public final class RunningRequest {
  private final long startedMillis;
  private final AnswerJob job;
  private volatile Optional<Part> part = Optional.empty();

  /**
   * The order that runs now.
   *
   * @param number the order's number in its lane
   * @param promptTokens what it bills as prompt
   * @param tokens what it has brought so far
   */
  public record Part(Address host, Digest32 session, long number, int promptTokens, int tokens) {
    Part with(int tokensNow) {
      return new Part(host, session, number, promptTokens, tokensNow);
    }
  }

  RunningRequest(long startedMillis, AnswerJob job) {
    this.startedMillis = startedMillis;
    this.job = job;
  }

  /** Milliseconds since 1970. */
  public long startedMillis() {
    return startedMillis;
  }

  public String model() {
    return job.listing().name();
  }

  /** Empty before the first order, and between two. */
  public Optional<Part> part() {
    return part;
  }

  void show(Part now) {
    part = Optional.of(now);
  }

  void hide() {
    part = Optional.empty();
  }
}
