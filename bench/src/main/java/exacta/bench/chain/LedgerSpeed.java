package exacta.bench.chain;

import exacta.bench.Bench;
import exacta.bench.Machine;
import exacta.bench.PageOption;
import exacta.bench.PageSection;
import exacta.consensus.CommonPool;
import exacta.ledger.Ledger;
import exacta.ledger.NonceReplay;
import exacta.primitives.Check;
import exacta.primitives.Digest32;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.ToLongFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How fast the ledger applies blocks, with signatures, app hash and the synced write. */
@Command(
    name = "bench/ledger.sh",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Applies blocks to a ledger with its database, as a node behind CometBFT does.")
public final class LedgerSpeed implements Callable<Integer> {
  private static final int BLOCK = 5000;

  /** More than a dozen blocks have, so that a sender is not in memory when its turn comes again. */
  private static final int SENDERS = 60_000;

  /** Block bytes of the market's blocks. */
  private static final long BLOCK_BYTES = 2 << 20;

  @Option(
      names = "--accounts",
      split = ",",
      defaultValue = "10000,100000,1000000",
      description = "How many accounts there are. Default: ${DEFAULT-VALUE}")
  private List<Integer> accounts;

  @Option(
      names = "--blocks",
      defaultValue = "40",
      description = "Blocks of 5,000 transfers for each; the second half counts. Default: 40")
  private int blocks;

  @Mixin private PageOption page;

  private final List<String> lines = new ArrayList<>();

  private LedgerSpeed() {}

  public static void main(String[] arguments) {
    System.exit(Bench.execute(new LedgerSpeed(), arguments));
  }

  static Ledger machine() {
    return new Ledger(
        new NonceReplay() {
          @Override
          public void prepare(Nonce nonce) {}

          @Override
          public Digest32 digest(Nonce nonce) {
            throw new AssertionError("no bench challenges a nonce");
          }
        },
        new CommonPool());
  }

  @Override
  public Integer call() throws IOException {
    Machine machine = Machine.here();
    lines.add(
        "On %d cores of %s, %s. The median block, and in brackets the fastest; milliseconds are the median block's, those of the processor the median of all threads together.%n"
            .formatted(machine.cores(), machine.processor(), machine.java()));
    lines.add(
        "| what | accounts | a second | block, ms | apply | app hash | write | processor, ms | on"
            + " disk, MB |");
    lines.add("|---|---:|---:|---:|---:|---:|---:|---:|---:|");
    for (int count : accounts) {
      transfers(count);
    }
    market();
    String table = String.join("\n", lines) + "\n";
    page.print(PageSection.LEDGER, table);
    return 0;
  }

  private void transfers(int count) throws IOException {
    Population population = Population.of(count, SENDERS);
    try (BenchFolder folder = new BenchFolder();
        BenchChain chain =
            new BenchChain(folder.path(), machine(), Transfers.genesis(population))) {
      Transfers transfers = new Transfers(population);
      List<BenchChain.Timing> timings = new ArrayList<>();
      for (int block = 0; block < blocks; block++) {
        BenchChain.Timing timing = chain.make(transfers.next(BLOCK));
        System.err.printf(
            "ledger: %d accounts, block %d, %d ms%n", count, block, millis(timing.total()));
        if (block >= blocks / 2) {
          timings.add(timing);
        }
      }
      row("transfers", count, BLOCK, timings, chain.bytes());
    }
  }

  private void market() throws IOException {
    Market market = new Market();
    try (BenchFolder folder = new BenchFolder();
        BenchChain chain = new BenchChain(folder.path(), machine(), market.genesis())) {
      spread(chain, "sessions of 10 lanes", 1, market.sessions());
      chain.advanceTo(Market.epochEnd());
      spread(chain, "settled lanes, 10 to a transaction", Market.LANES, market.settlements());
      chain.advanceTo(Market.drawn());
      spread(chain, "attestations", 1, market.attestations(chain, BLOCK));
    }
  }

  /** All of them in as few blocks as they fit in. */
  private void spread(BenchChain chain, String what, int each, List<byte[]> transactions) {
    Check.that(!transactions.isEmpty(), "the bench's market makes " + what);
    List<BenchChain.Timing> timings = new ArrayList<>();
    int from = 0;
    int most = 0;
    while (from < transactions.size()) {
      int to = from;
      long bytes = 0;
      while (to < transactions.size() && bytes + transactions.get(to).length <= BLOCK_BYTES) {
        bytes += transactions.get(to++).length;
      }
      if (to - from >= most) {
        most = to - from;
        timings.add(chain.make(transactions.subList(from, to)));
      } else {
        // The rest, which fills no block, does not count.
        chain.make(transactions.subList(from, to));
      }
      from = to;
    }
    row(what, Market.HOSTS, most * each, timings, chain.bytes());
  }

  private void row(
      String what, int accounts, int perBlock, List<BenchChain.Timing> timings, long disk) {
    List<BenchChain.Timing> sorted =
        timings.stream().sorted(Comparator.comparing(BenchChain.Timing::total)).toList();
    BenchChain.Timing median = sorted.get(sorted.size() / 2);
    String line =
        "| %s, %,d a block | %,d | %,.0f (%,.0f) | %d | %d | %d | %d | %d | %d |"
            .formatted(
                what,
                perBlock,
                accounts,
                perBlock / (median.total() * 1e-9),
                perBlock / (sorted.getFirst().total() * 1e-9),
                millis(median.total()),
                millis(median.apply()),
                millis(median.root()),
                millis(median.commit()),
                millis(middle(timings, BenchChain.Timing::processor)),
                disk >> 20);
    System.err.println(line);
    lines.add(line);
  }

  private static long middle(
      List<BenchChain.Timing> timings, ToLongFunction<BenchChain.Timing> value) {
    return timings.stream().mapToLong(value).sorted().toArray()[timings.size() / 2];
  }

  private static long millis(long nanos) {
    return Math.round(nanos * 1e-6);
  }
}
