package exacta.node;

import exacta.chainclient.ChainClient;
import exacta.primitives.Amount;
import exacta.primitives.ExactaException;
import exacta.protocol.v1.ConvictionRecord;
import exacta.protocol.v1.QueryPaymentsResponse;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * One question, and then the wait until everything that follows from it is done: its receipt
 * settled, audited and paid, or the network's fraud convicted.
 */
public final class OnceRun {
  private static final int TOKENS_MAX = 64;

  /** The whole wait; two epochs of a network on one machine take two minutes. */
  private static final Duration WAIT_MAX = Duration.ofSeconds(175);

  private static final Duration LOOK = Duration.ofMillis(250);
  private static final long EPOCHS_MAX = 2;

  private final DemoNetwork network;
  private final ChainClient chain;
  private final Shutdown shutdown;
  private final Consumer<String> progress;

  public OnceRun(DemoNetwork network, Shutdown shutdown, Consumer<String> progress) {
    this.network = network;
    this.chain = network.chain();
    this.shutdown = shutdown;
    this.progress = progress;
  }

  /**
   * Asks, waits and reports.
   *
   * @param sink gets the answer as soon as it is there
   * @throws ExactaException if something that should have happened did not
   */
  public OnceReport run(String question, Consumer<String> sink) throws InterruptedException {
    DemoFile demo = network.file();
    GatewayClient client =
        new GatewayClient(URI.create(demo.gateway()), demo.apiKey(), demo.model());
    long asked = chain.network().getEpoch();
    GatewayClient.Answer answer =
        client.ask(List.of(new GatewayClient.Line("user", question)), TOKENS_MAX);
    sink.accept(answer.text());
    List<Purchase> purchases = Purchase.verified(answer.exacta(), chain);
    Purchase last = purchases.getLast();
    progress.accept(
        "%s answered with %d tokens for %d ngonka; order, receipt and cost verified"
            .formatted(network.names().of(last.host().toString()), last.tokens(), last.cost()));
    ReceiptTrail trail =
        new ReceiptTrail(chain, network.gateway(), network.names(), last, progress);
    Waiting waiting = new Waiting();
    if (network.cheaterAddress().isPresent()) {
      awaitConviction(network.cheaterAddress().get(), waiting);
      trail.look(asked);
    } else {
      awaitPayment(trail, asked, waiting);
    }
    return report(answer.text(), purchases, trail);
  }

  /** Two epochs, and so many seconds. */
  private final class Waiting {
    private final long deadline = System.nanoTime() + WAIT_MAX.toNanos();
    private final long epochLast = chain.network().getEpoch() + EPOCHS_MAX;

    void next(String what) throws InterruptedException {
      if (shutdown.await(LOOK)) {
        throw ExactaException.error(
            "stopped while waiting for "
                + what
                + shutdown.failure().map(failure -> ": " + failure.getMessage()).orElse(""));
      }
      if (System.nanoTime() > deadline || chain.network().getEpoch() > epochLast) {
        throw ExactaException.error(
            "waited in vain for %s until block %d".formatted(what, chain.height()));
      }
    }
  }

  private void awaitPayment(ReceiptTrail trail, long asked, Waiting waiting)
      throws InterruptedException {
    while (!trail.look(asked) || !isPaid(trail.epoch())) {
      waiting.next(trail.epoch().isEmpty() ? "the settlement" : "audit and payment");
    }
    if (!trail.isAttested()) {
      throw ExactaException.error("the receipt was paid, but no auditor attested it");
    }
    progress.accept("epoch " + trail.epoch().getAsLong() + " is paid at block " + chain.height());
  }

  private boolean isPaid(OptionalLong epoch) {
    return epoch.isPresent() && chain.payments(epoch.getAsLong()).getPaid();
  }

  private void awaitConviction(String cheater, Waiting waiting) throws InterruptedException {
    Optional<ConvictionRecord> found = find(cheater);
    while (found.isEmpty()) {
      waiting.next("the conviction of the cheater");
      found = find(cheater);
    }
    progress.accept(describe(found.get(), network.names()));
  }

  private Optional<ConvictionRecord> find(String host) {
    return chain.convictions().stream()
        .filter(conviction -> conviction.getHost().equals(host))
        .findFirst();
  }

  static String describe(ConvictionRecord conviction, HostNames names) {
    OnceReport.ConvictionLine line = OnceReport.conviction(conviction);
    return "%s is convicted at block %d: %s caught it (%s), and it lost %s of deposit and collateral"
        .formatted(
            names.of(line.host()),
            line.height(),
            names.of(line.by()),
            line.kind().equals("sprint") ? "a nonce was wrong" : "an answer was wrong",
            Amount.ofNano(line.slashed()));
  }

  private OnceReport report(String answer, List<Purchase> purchases, ReceiptTrail trail) {
    QueryPaymentsResponse payments =
        trail.epoch().isPresent()
            ? chain.payments(trail.epoch().getAsLong())
            : QueryPaymentsResponse.getDefaultInstance();
    return new OnceReport(
        answer,
        OnceReport.receipt(
            trail.purchase(),
            trail.epoch().orElse(-1),
            payments.getPaid(),
            purchases.subList(0, purchases.size() - 1)),
        trail.auditors().stream()
            .map(auditor ->
                new OnceReport.AuditorLine(
                    auditor.account(),
                    auditor.samples(),
                    auditor.ofThisReceipt(),
                    auditor.attested()))
            .toList(),
        OnceReport.payments(payments.getFeesList()),
        OnceReport.convictions(chain.convictions()));
  }
}
