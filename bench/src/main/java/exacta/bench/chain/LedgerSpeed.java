package exacta.bench.chain;

import exacta.consensus.CommonPool;
import exacta.ledger.Ledger;
import exacta.ledger.NonceReplay;
import exacta.ledger.StateMachine;
import exacta.primitives.Digest32;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** How fast the ledger applies blocks. */
final class LedgerSpeed {
  private static final int BLOCK = 5000;
  private static final int SENDERS = 60_000;

  private LedgerSpeed() {}

  static StateMachine machine() {
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

  public static void main(String[] arguments) throws IOException {
    int blocks = Integer.parseInt(arguments[0]);
    for (int i = 1; i < arguments.length; i++) {
      int accounts = Integer.parseInt(arguments[i]);
      Path folder = Files.createTempDirectory("exacta-bench");
      Population population = Population.of(accounts, SENDERS);
      long start = System.nanoTime();
      try (BenchChain chain = new BenchChain(folder, machine(), Transfers.genesis(population))) {
        System.out.printf("genesis of %d: %.1f s%n", accounts, (System.nanoTime() - start) * 1e-9);
        Transfers transfers = new Transfers(population);
        for (int block = 0; block < blocks; block++) {
          List<byte[]> transactions = transfers.next(BLOCK);
          BenchChain.Timing timing = chain.make(transactions);
          System.out.printf(
              "%d accounts, %d bytes each: %.0f/s (apply %.0f, root %.0f, commit %.0f ms), disk %d"
                  + " MB%n",
              accounts,
              transactions.getFirst().length,
              BLOCK / (timing.total() * 1e-9),
              timing.apply() * 1e-6,
              timing.root() * 1e-6,
              timing.commit() * 1e-6,
              chain.bytes() >> 20);
        }
      }
    }
  }
}
