package exacta.node;

import exacta.consensus.Application;
import exacta.consensus.CommonPool;
import exacta.consensus.EmbeddedChain;
import exacta.consensus.Proposer;
import exacta.consensus.RestChain;
import exacta.consensus.RestServer;
import exacta.consensus.RpcServer;
import exacta.consensus.RpcSettings;
import exacta.consensus.SequencerSettings;
import exacta.ledger.Ledger;
import exacta.primitives.Clock;
import exacta.protocol.v1.Genesis;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** The ledger, its blocks and their RPC, in this process and in one folder. */
final class LocalChain implements AutoCloseable {
  private final ReplayService replay;
  private final EmbeddedChain chain;
  private final RpcServer rpc;
  private final RestServer rest;

  private LocalChain(ReplayService replay, EmbeddedChain chain, RpcServer rpc, RestServer rest) {
    this.replay = replay;
    this.chain = chain;
    this.rpc = rpc;
    this.rest = rest;
  }

  /** Begins the chain with the genesis, or goes on with the one in the folder. */
  static LocalChain start(
      Path folder,
      Genesis genesis,
      ProposerChain secrets,
      byte[] consensusKey,
      int rpcPort,
      int restPort) {
    ReplayService replay = new ReplayService();
    Duration interval = Duration.ofMillis(genesis.getParameters().getBlockIntervalMillis());
    Ledger ledger = new Ledger(replay, new CommonPool());
    EmbeddedChain chain =
        EmbeddedChain.start(
            folder,
            genesis,
            new Application(ledger, ledger::signer),
            new Proposer(consensusKey, secrets, Clock.SYSTEM),
            SequencerSettings.ofInterval(interval));
    RpcServer rpc;
    try {
      rpc = RpcServer.start(chain, RpcSettings.onLoopback(rpcPort, Ports.SETTING));
    } catch (RuntimeException e) {
      chain.close();
      throw e;
    }
    try {
      RestServer rest =
          RestServer.start(RestChain.of(chain), RpcSettings.onLoopback(restPort, Ports.SETTING));
      return new LocalChain(replay, chain, rpc, rest);
    } catch (RuntimeException e) {
      rpc.close();
      chain.close();
      throw e;
    }
  }

  int restPort() {
    return rest.port();
  }

  /** Completes when no more blocks are made: exceptionally if one failed. */
  CompletableFuture<Void> stopped() {
    return chain.stopped();
  }

  @Override
  public void close() {
    rest.close();
    rpc.close();
    chain.close();
    replay.close();
  }
}
