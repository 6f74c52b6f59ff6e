package exacta.web;

import io.helidon.common.concurrency.limits.Limit;
import io.helidon.webserver.spi.ServerConnection;
import java.time.Duration;

/** Is idle while it waits for its client, and only then: an answer may take as long as it likes. */
record AttentiveConnection(ServerConnection http, AttentiveContext context)
    implements ServerConnection {
  @Override
  public void handle(Limit limit) throws InterruptedException {
    http.handle(limit);
  }

  @Override
  public Duration idleTime() {
    return context.waiting();
  }

  /** Who reads does not see that it should stop, unless it is interrupted. */
  @Override
  public void close(boolean interrupt) {
    http.close(interrupt || !context.waiting().isZero());
  }
}
