package exacta.node;

import exacta.chainclient.ChainClient;
import exacta.chainclient.ChainClientSettings;
import exacta.consensus.Application;
import exacta.consensus.EmbeddedChain;
import exacta.crypto.KeyFile;
import exacta.ledger.Ledger;
import exacta.primitives.Amount;
import exacta.primitives.Clock;
import exacta.primitives.ExactaException;
import exacta.protocol.Transaction;
import exacta.protocol.v1.QueryNetworkResponse;
import exacta.protocol.v1.Supply;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Proves that a chain is in order: of a stopped one, that state and root, blocks and supply fit
 * each other to the last entry; of a running one, what it says about its supply.
 */
public final class Doctor {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private Doctor() {}

  /**
   * What was looked at.
   *
   * @param findings what is in order, for people
   * @param faults what is not; empty if all is well
   */
  public record Report(List<String> findings, List<String> faults) {
    public Report {
      findings = List.copyOf(findings);
      faults = List.copyOf(faults);
    }

    public boolean isHealthy() {
      return faults.isEmpty();
    }
  }

  /**
   * Examines the home of a network on this machine, whether it runs or not.
   *
   * @param replay whether all blocks of one that does not run are applied again
   */
  public static Report examine(Path home, boolean replay) {
    if (!Files.exists(home.resolve("chain"))) {
      throw ExactaException.fatal(
          "the folder " + home + " holds no chain; name the home of one with --home");
    }
    Optional<HomeFolder> stopped = HomeFolder.tryOpen(home);
    if (stopped.isEmpty()) {
      return examineRunning(URI.create(DemoFile.read(home.resolve(DemoFile.NAME)).rpc()));
    }
    try (HomeFolder folder = stopped.get()) {
      return examineStopped(folder, replay);
    }
  }

  private static Report examineStopped(HomeFolder home, boolean replay) {
    Path folder = home.resolve("chain");
    List<String> findings = new ArrayList<>();
    List<String> faults = new ArrayList<>();
    try {
      List<String> money = EmbeddedChain.inspect(folder, Ledger::audit);
      findings.add("every entry of the state is under its root");
      if (money.isEmpty()) {
        findings.add("all records of money add up, and to what was minted less what was burned");
      }
      money.forEach(fault -> faults.add("money does not add up: " + fault));
      byte[] key = KeyFile.readEd25519(home.resolve("consensus.key")).publicKey();
      long blocks = EmbeddedChain.verifyBlocks(folder, key);
      findings.add("%,d blocks follow each other, the last one to this state".formatted(blocks));
      if (replay) {
        replay(folder);
        findings.add("%,d blocks, applied again, lead to the same states".formatted(blocks));
      }
    } catch (ExactaException e) {
      faults.add(e.getMessage());
    }
    return new Report(findings, faults);
  }

  private static void replay(Path folder) {
    try (ReplayService nonces = new ReplayService();
        HomeFolder scratch = HomeFolder.open(folder.resolveSibling("replay"))) {
      scratch.clear();
      Application application = new Application(new Ledger(nonces), Transaction::signerText);
      EmbeddedChain.replay(folder, scratch.resolve("chain"), application);
      scratch.clear();
    }
  }

  /** Examines a chain by its RPC. */
  public static Report examineRunning(URI rpc) {
    ChainClientSettings settings = ChainClientSettings.of(rpc).withPatience(PATIENCE);
    try (ChainClient chain = new ChainClient(settings, Clock.STEADY)) {
      QueryNetworkResponse network = chain.network();
      List<String> findings = new ArrayList<>();
      List<String> faults = new ArrayList<>();
      Supply supply = network.getSupply();
      long sum = sum(supply);
      long expected = supply.getMinted() - supply.getBurned();
      String figures =
          "%s minted, %s burned, %s in accounts, funds and escrows"
              .formatted(
                  Amount.ofNano(supply.getMinted()),
                  Amount.ofNano(supply.getBurned()),
                  Amount.ofNano(sum));
      if (sum == expected) {
        findings.add("the supply at height " + network.getHeight() + " adds up: " + figures);
      } else {
        faults.add("the supply at height " + network.getHeight() + " does not add up: " + figures);
      }
      long next = network.getHeight() + 1;
      if (chain.awaitHeight(next, PATIENCE) >= next) {
        findings.add("chain " + chain.chainId() + " makes blocks");
      } else {
        faults.add("chain " + chain.chainId() + " makes no blocks");
      }
      findings.add("it runs; stop it, and the doctor looks at every entry and every block");
      return new Report(findings, faults);
    }
  }

  private static long sum(Supply supply) {
    return supply.getBalances()
        + supply.getHostDeposits()
        + supply.getCollateral()
        + supply.getSessions()
        + supply.getHeld()
        + supply.getDisputes()
        + supply.getCommunityFund()
        + supply.getTrainingFund();
  }
}
