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
      description = "Sent in each run. Default: 40000")
  private int count;

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
    Population population = Population.of(count, count);
    List<byte[]> transfers = new Transfers(population).next(count);
    JsonNode genesis = AppState.toJson(Transfers.genesis(population));
    List<byte[]> pairs =
        IntStream.range(0, count).mapToObj(i -> pair(i, transfers.get(i).length)).toList();
    List<String> lines = new ArrayList<>();
    Machine machine = Machine.here();
    lines.add(
        "On %d cores of %s; %,d transactions of %d bytes a run, %d runs of each by turns, the best one counts.%n"
            .formatted(
                machine.cores(), machine.processor(), count, transfers.getFirst().length, rounds));
    lines.add(
        "| validators | the ledger, a second | CometBFT's key-value store, a second | ratio |");
    lines.add("|---:|---:|---:|---:|");
    for (int number : validators) {
      double ours = 0;
      double theirs = 0;
      for (int round = 0; round < rounds; round++) {
        ours =
            Math.max(
                ours, rate("ledger", number, this::ledgerCommand, Optional.of(genesis), transfers));
        theirs =
            Math.max(
                theirs,
                rate("key-value store", number, this::storeCommand, Optional.empty(), pairs));
      }
      lines.add("| %d | %.0f | %.0f | %.2f |".formatted(number, ours, theirs, ours / theirs));
    }
    String table = String.join("\n", lines) + "\n";
    page.print(PageSection.COMET, table);
    return 0;
  }

  private List<String> ledgerCommand(Path folder, String address) {
    return List.of(
        ProcessHandle.current().info().command().orElseThrow(),
        "--enable-native-access=ALL-UNNAMED",
        "-Xmx2g",
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
  private double rate(
      String what,
      int number,
      CometNetwork.App app,
      Optional<JsonNode> appState,
      List<byte[]> transactions)
      throws IOException, InterruptedException {
    try (BenchFolder folder = new BenchFolder();
        CometNetwork network = CometNetwork.start(folder.path(), cometbft, number, app, appState)) {
      long height = network.height();
      long start = System.nanoTime();
      int full = new Senders(network, transactions).send();
      long sent = System.nanoTime();
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
      long end = System.nanoTime();
      double rate = transactions.size() / ((end - start) * 1e-9);
      System.err.printf(
          "comet: %s, %d validators: %.0f a second; all were taken after %.1f s, the mempool was"
              + " full %d times, the last block came at height %d after %.1f s%n",
          what, number, rate, (sent - start) * 1e-9, full, height, (end - start) * 1e-9);
      return rate;
    }
  }
}
