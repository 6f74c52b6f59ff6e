package exacta.chainclient;

import exacta.consensus.Application;
import exacta.consensus.EmbeddedChain;
import exacta.consensus.Proposer;
import exacta.consensus.RpcServer;
import exacta.consensus.RpcSettings;
import exacta.consensus.SequencerSettings;
import exacta.crypto.Address;
import exacta.crypto.PrivateKey;
import exacta.ledger.Ledger;
import exacta.ledger.NonceReplay;
import exacta.ledger.Parameters;
import exacta.primitives.Amount;
import exacta.primitives.Clock;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import exacta.primitives.Height;
import exacta.protocol.PoolLinks;
import exacta.protocol.Transaction;
import exacta.protocol.Wire;
import exacta.protocol.v1.Genesis;
import exacta.protocol.v1.GenesisAccount;
import exacta.protocol.v1.PoolCommitment;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The real ledger in the embedded mode behind its real RPC, with blocks every 20 ms. */
final class RealChain implements AutoCloseable {
  static final String ID = "exacta-real";
  static final PrivateKey RICH = key("rich");
  static final PrivateKey POOR = key("poor");
  static final Amount BALANCE = Amount.ofCoins(1000);

  private static final int LINKS = 5000;
  private static final Address PROPOSER = key("proposer").address();

  private final Path folder;
  private final List<Digest32> links = new ArrayList<>();
  private EmbeddedChain chain;
  private RpcServer server;

  /** Starts in the folder, on any free port. */
  RealChain(Path folder) {
    this.folder = folder;
    Digest32 link = Hasher.of("secret").finish();
    for (int i = 0; i < LINKS; i++) {
      links.addFirst(link);
      link = PoolLinks.previous(link);
    }
    links.addFirst(link);
    start(0);
  }

  static PrivateKey key(String name) {
    return PrivateKey.of(Hasher.of("real-chain").text(name).finish().toBytes());
  }

  private void start(int port) {
    Genesis genesis =
        Genesis.newBuilder()
            .setChainId(ID)
            .setTimeMillis(1_700_000_000_000L)
            .setParameters(Parameters.oneMachine())
            .addAccounts(
                GenesisAccount.newBuilder()
                    .setAddress(RICH.address().toString())
                    .setBalance(BALANCE.nanoCoins()))
            .addPool(
                PoolCommitment.newBuilder()
                    .setProposer(PROPOSER.toString())
                    .setAnchor(Wire.bytes(links.getFirst())))
            .build();
    Application application =
        new Application(new Ledger(NonceReplay.NONE), Transaction::signerText);
    Proposer proposer =
        new Proposer(new byte[Proposer.KEY_BYTES], this::poolTransaction, Clock.SYSTEM);
    chain =
        EmbeddedChain.start(
            folder,
            genesis,
            application,
            proposer,
            SequencerSettings.ofInterval(Duration.ofMillis(20)));
    server = RpcServer.start(chain, RpcSettings.onLoopback(port, "--rpc-port"));
  }

  private byte[] poolTransaction(Height height) {
    return PoolLinks.transaction(PROPOSER, links.get(Math.toIntExact(height.value())));
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.port());
  }

  /** Stops everything and starts it again in the same folder, on the same port. */
  void restart() {
    int port = server.port();
    close();
    start(port);
  }

  @Override
  public void close() {
    server.close();
    chain.close();
  }
}
