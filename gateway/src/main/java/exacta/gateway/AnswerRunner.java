package exacta.gateway;

import exacta.primitives.Clock;
import java.time.Duration;

/**
 * Buys answers. Each is one unbroken answer for the client, whoever of the hosts computes which
 * part of it. Safe for several threads. Spec: gateway.md#failover.
 */
final class AnswerRunner {
  private final Purchase.Tools tools;
  private final RecentRequests recent;
  private final Clock clock;

  AnswerRunner(Purchase.Tools tools, RecentRequests recent, Clock clock) {
    this.tools = tools;
    this.recent = recent;
    this.clock = clock;
  }

  /** How long hosts may be silent. */
  record Limits(Duration firstTokenMax, Duration nextTokenMax) {}

  /** An answer that was bought, or not, and what is remembered of it. */
  record Run(Outcome outcome, RecentRequest request) {}

  /** Buys the answer; returns when it has ended or nobody is left. */
  Run run(AnswerJob job, AnswerListener listener) {
    long startedMillis = clock.millis();
    RunningRequest running = new RunningRequest(startedMillis, job);
    recent.begin(running);
    try {
      Outcome outcome = new Purchase(tools, job, listener, running).run();
      RecentRequest request = RecentRequest.of(startedMillis, clock.millis(), job, outcome);
      recent.add(request);
      return new Run(outcome, request);
    } finally {
      recent.drop(running);
    }
  }
}
