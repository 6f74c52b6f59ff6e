package exacta.acceptance;

import exacta.consensus.Application;
import exacta.consensus.EmbeddedChain;
import exacta.consensus.Proposer;
import exacta.consensus.RestChain;
import exacta.consensus.RestServer;
import exacta.consensus.RpcServer;
import exacta.consensus.RpcSettings;
import exacta.consensus.SequencerSettings;
import exacta.ledger.Ledger;
import exacta.ledger.NonceReplay;
import exacta.node.LedgerProcess;
import exacta.node.Shutdown;
import exacta.primitives.Clock;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import exacta.protocol.Transaction;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What is fuzzed: a ledger node, as {@code exacta node} runs it, and a chain with RPC and REST, as
 * {@code exacta demo} runs it.
 *
 * @param abciSocket where CometBFT would connect
 */
record FuzzTarget(Path abciSocket, int rpcPort, int restPort, Shutdown shutdown)
    implements AutoCloseable {
  /** Snapshots often, so that they are asked for, too. */
  private static final LedgerProcess.Retention RETENTION = new LedgerProcess.Retention(50, 0);

  private static final Duration BLOCK_INTERVAL = Duration.ofMillis(200);

  /** Digests that need no model: nobody looks here whether a verdict is right. */
  private static final class CheapReplay implements NonceReplay {
    @Override
    public void prepare(Nonce nonce) {
      // It has nothing to do in advance.
    }

    @Override
    public Digest32 digest(Nonce nonce) {
      return Hasher.of("fuzz-nonce").integer(nonce.item()).finish();
    }
  }

  static FuzzTarget start(Path folder) {
    Shutdown shutdown = new Shutdown();
    Path node = folder.resolve("node");
    LedgerProcess.start(
        node, Optional.empty(), RETENTION, Optional.empty(), shutdown, progress -> {});
    EmbeddedChain chain =
        shutdown.opened(
            EmbeddedChain.start(
                folder.resolve("chain"),
                FuzzWorld.genesis(),
                new Application(new Ledger(new CheapReplay()), Transaction::signerText),
                new Proposer(
                    new byte[Proposer.KEY_BYTES],
                    height -> FuzzWorld.link(height.value()),
                    Clock.SYSTEM),
                SequencerSettings.ofInterval(BLOCK_INTERVAL)));
    chain
        .stopped()
        .whenComplete((done, failure) -> {
          if (failure != null) {
            shutdown.fail(failure);
          }
        });
    RpcServer rpc = shutdown.opened(RpcServer.start(chain, RpcSettings.onLoopback(0, "the port")));
    RestServer rest =
        shutdown.opened(
            RestServer.start(RestChain.of(chain), RpcSettings.onLoopback(0, "the port")));
    return new FuzzTarget(node.resolve("abci.sock"), rpc.port(), rest.port(), shutdown);
  }

  /** Tells its ports, and ends when standard input does, or when something in it failed. */
  public static void main(String[] arguments) throws InterruptedException, IOException {
    int status;
    try (FuzzTarget target = start(Path.of(arguments[0]))) {
      System.out.println(target.abciSocket + " " + target.rpcPort + " " + target.restPort);
      Thread parent =
          Thread.ofPlatform()
              .daemon()
              .start(() -> {
                try {
                  while (System.in.read() >= 0) {
                    // Nothing is said there; its end is what matters.
                  }
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                } finally {
                  target.shutdown.stop();
                }
              });
      target.shutdown.await();
      target.shutdown.failure().ifPresent(failure -> System.err.println("it ended: " + failure));
      status = target.shutdown.failure().isPresent() ? 1 : 0;
      parent.interrupt();
    }
    System.exit(status);
  }

  @Override
  public void close() {
    shutdown.close();
  }
}
