package exacta.bench.chain;

import exacta.bench.Bench;
import exacta.bench.Machine;
import exacta.bench.PageOption;
import exacta.bench.PageSection;
import exacta.consensus.AppState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** How many transactions a second go through CometBFT to us, and to its own key-value store. */
@Command(
    name = "bench/comet.sh",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Sends as many transactions as CometBFT takes, to the ledger and to CometBFT's own key-value "
          + "store by turns, both beside it on a Unix socket."
    })
final class CometSpeed implements Callable<Integer> {
  @Option(names = "--cometbft", required = true, hidden = true)
  private String cometbft;

  @Option(names = "--store", required = true, hidden = true)
  private String store;

  @Option(
      names = "--transactions",
      defaultValue = "40000",
      description = "Sent in each run, and counted. Default: 40000")
  private int count;

  @Option(
      names = "--warm",
      defaultValue = "30000",
      description =
          "Sent before them, so that a process that runs for months is not measured in its first"
              + " seconds. Default: 30000")
  private int warm;

  @Option(names = "--rounds", defaultValue = "3", description = "Runs of each. Default: 3")
  private int rounds;

  @Option(
      names = "--validators",
      split = ",",
      defaultValue = "1,4",
      description = "How many there are. Default: 1,4")
  private List<Integer> validators;

  @Mixin private PageOption page;

  private CometSpeed() {}

  public static void main(String[] arguments) {
    System.exit(Bench.execute(new CometSpeed(), arguments));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    int all = warm + count;
    Population population = Population.of(all, all);
    List<byte[]> transfers = new Transfers(population).next(all);
    JsonNode genesis = AppState.toJson(Transfers.genesis(population));
    List<byte[]> pairs =
        IntStream.range(0, all).mapToObj(i -> pair(i, transfers.get(i).length)).toList();
    List<String> lines = new ArrayList<>();
    Machine machine = Machine.here();
    lines.add(
        "On %d cores of %s; %,d transactions of %d bytes a run after %,d that do not count, %d runs of each by turns, the best one counts. The processor's time is that of the application, of CometBFT and of the sender.%n"
            .formatted(
                machine.cores(),
                machine.processor(),
                count,
                transfers.getFirst().length,
                warm,
                rounds));
    lines.add(
        "| validators | application | a second | of the key-value store's | processor, \u00b5s a"
            + " transaction |");
    lines.add("|---:|---|---:|---:|---:|");
    for (int number : validators) {
      Run ours = Run.NONE;
      Run theirs = Run.NONE;
      for (int round = 0; round < rounds; round++) {
        ours =
            ours.better(
                run("ledger", number, this::ledgerCommand, Optional.of(genesis), transfers));
        theirs =
            theirs.better(
                run("key-value store", number, this::storeCommand, Optional.empty(), pairs));
      }
      lines.add(ours.row(number, "the ledger", theirs));
      lines.add(theirs.row(number, "CometBFT's key-value store", theirs));
    }
    String table = String.join("\n", lines) + "\n";
    page.print(PageSection.COMET, table);
    return 0;
  }

  /**
   * What a run gave.
   *
   * @param processor for each transaction
   */
  private record Run(double rate, CometNetwork.Processor processor) {
    static final Run NONE = new Run(0, new CometNetwork.Processor(0, 0, 0));

    Run better(Run other) {
      return other.rate > rate ? other : this;
    }

    String row(int validators, String what, Run store) {
      return "| %d | %s | %.0f | %.2f | %s |"
          .formatted(validators, what, rate, rate / store.rate, times());
    }

    String times() {
      return "%d + %d + %d"
          .formatted(processor.app() / 1000, processor.comet() / 1000, processor.sender() / 1000);
    }
  }

  private List<String> ledgerCommand(Path folder, String address) {
    return List.of(
        ProcessHandle.current().info().command().orElseThrow(),
        "--enable-native-access=ALL-UNNAMED",
        "-Xmx3g",
        "-XX:+UseTransparentHugePages",
        "-cp",
        System.getProperty("java.class.path"),
        BenchNode.class.getName(),
        folder.toString(),
        address);
  }

  private List<String> storeCommand(Path folder, String address) {
    return List.of(store, "kvstore", "--address", address);
  }

  /** A key and a value, of this many bytes together. */
  private static byte[] pair(int number, int bytes) {
    String start = "key%08d=".formatted(number);
    return (start + "v".repeat(bytes - start.length())).getBytes(StandardCharsets.US_ASCII);
  }

  /** From the first that is sent to the block that has the last. */
  private Run run(
      String what,
      int number,
      CometNetwork.App app,
      Optional<JsonNode> appState,
      List<byte[]> transactions)
      throws IOException, InterruptedException {
    try (BenchFolder folder = new BenchFolder();
        CometNetwork network = CometNetwork.start(folder.path(), cometbft, number, app, appState)) {
      long height = deliver(network, network.height(), transactions.subList(0, warm));
      CometNetwork.Processor before = network.processor();
      long start = System.nanoTime();
      long last = deliver(network, height, transactions.subList(warm, warm + count));
      double seconds = (System.nanoTime() - start) * 1e-9;
      CometNetwork.Processor used = network.processor().since(before);
      Run run =
          new Run(
              count / seconds,
              new CometNetwork.Processor(
                  used.app() / count, used.comet() / count, used.sender() / count));
      System.err.printf(
          "comet: %s, %d validators: %.0f a second in %d blocks; \u00b5s of application, CometBFT"
              + " and sender: %s%n",
          what, number, run.rate(), last - height, run.times());
      return run;
    }
  }

  /** Sends all, and waits until they are in blocks after this height; returns the last height. */
  private static long deliver(CometNetwork network, long after, List<byte[]> transactions)
      throws InterruptedException {
    new Senders(network, transactions).send();
    long height = after;
    long left = transactions.size();
    while (left > 0) {
      long newest = Math.min(network.height(), height + 20);
      if (newest > height) {
        left -= network.transactions(height + 1, newest);
        height = newest;
      } else {
        Thread.sleep(10);
      }
    }
    return height;
  }
}
