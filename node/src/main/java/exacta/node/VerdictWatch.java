package exacta.node;

import exacta.primitives.ExactaException;
import exacta.protocol.v1.ConvictionRecord;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Tells people when a host of a network is convicted. */
public final class VerdictWatch implements AutoCloseable {
  private static final Duration WAIT = Duration.ofSeconds(2);

  private final DemoNetwork network;
  private final Consumer<String> lines;
  private volatile boolean closed;

  private VerdictWatch(DemoNetwork network, Consumer<String> lines) {
    this.network = network;
    this.lines = lines;
  }

  public static VerdictWatch start(DemoNetwork network, Consumer<String> lines) {
    VerdictWatch watch = new VerdictWatch(network, lines);
    Thread.ofVirtual().name("verdict-watch").start(watch::run);
    return watch;
  }

  private void run() {
    int told = 0;
    while (!closed) {
      try {
        List<ConvictionRecord> convictions = network.chain().convictions();
        for (; told < convictions.size(); told++) {
          lines.accept(OnceRun.describe(convictions.get(told), network.names()));
        }
        network.chain().awaitHeight(network.chain().height() + 1, WAIT);
      } catch (ExactaException e) {
        if (!closed) {
          lines.accept("the chain does not answer: " + e.getMessage());
        }
      }
    }
  }

  /** Whether no money is missing, and the network's fraud, if it has one, alone was convicted. */
  public static boolean isAsExpected(OnceReport report, DemoNetwork network) {
    Optional<String> cheater = network.cheaterAddress();
    List<String> convicted =
        report.convictions().stream().map(OnceReport.ConvictionLine::host).distinct().toList();
    return report.paymentSum() == 0 && convicted.equals(cheater.map(List::of).orElse(List.of()));
  }

  @Override
  public void close() {
    closed = true;
  }
}
