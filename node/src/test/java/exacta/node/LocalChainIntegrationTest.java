package exacta.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import exacta.chainclient.ChainClient;
import exacta.chainclient.Sender;
import exacta.consensus.EmbeddedChain;
import exacta.crypto.SystemEntropy;
import exacta.engine.gguf.ModelIdentity;
import exacta.ledger.Ledger;
import exacta.ledger.Parameters;
import exacta.primitives.Amount;
import exacta.primitives.Clock;
import exacta.primitives.Digest32;
import exacta.primitives.ExactaException;
import exacta.protocol.Denomination;
import exacta.protocol.Message;
import exacta.protocol.cosmos.bank.MsgSend;
import exacta.protocol.v1.Ask;
import exacta.protocol.v1.Genesis;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The chain of a demo, without hosts: ledger, store, sequencer, RPC and client together. */
final class LocalChainIntegrationTest {
  private static final int HOSTS = 4;
  private static final Digest32 ROOT = Digest32.ofHex("ab".repeat(32));
  private static final int LINKS = 8 * 2048;

  @TempDir private Path folder;
  private HomeFolder home;
  private DemoAccounts accounts;
  private ProposerChain secrets;
  private Genesis genesis;
  private int port;

  @BeforeEach
  void prepare() throws IOException {
    home = HomeFolder.open(folder.resolve("home"));
    accounts = DemoAccounts.open(home, HOSTS, new SystemEntropy());
    secrets =
        ProposerChain.open(
            home.resolve("pool-secrets"),
            accounts.proposer().address(),
            new SystemEntropy(),
            LINKS);
    port = freePort();
    genesis =
        DemoGenesis.build(
            "exacta-test",
            1,
            Parameters.oneMachine().toBuilder().setBlockIntervalMillis(10).build(),
            accounts,
            secrets.anchor(),
            Ports.standard(HOSTS),
            new DemoGenesis.OfferedModel(
                "m",
                new ModelIdentity(ROOT, 1000, 1 << 20),
                Ask.newBuilder()
                    .setModel(ByteString.copyFrom(ROOT.toBytes()))
                    .setInputPrice(1)
                    .setOutputPrice(1)
                    .setContextLength(512)
                    .build()));
  }

  @AfterEach
  void release() {
    home.close();
  }

  private static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    }
  }

  private LocalChain start() {
    return LocalChain.start(
        home.resolve("chain"), genesis, secrets, accounts.consensus().publicKey(), port);
  }

  private ChainClient client() {
    return new ChainClient(Ports.loopback(port), Clock.SYSTEM);
  }

  private Message send(Amount amount) {
    return new Message.Send(
        MsgSend.newBuilder()
            .setFromAddress(accounts.testKey().address().toString())
            .setToAddress(accounts.gateway().address().toString())
            .addAmount(Denomination.of(amount))
            .build());
  }

  @Test
  void movesCoinsAndGoesOnAfterARestart() {
    Amount before = DemoGenesis.DEVELOPER_BALANCE;
    Amount moved = Amount.ofCoins(3);
    long height;
    try (LocalChain chain = start();
        ChainClient client = client()) {
      assertTrue(new Sender(client, accounts.testKey()).send(send(moved)).isSuccess());
      assertEquals(before.plus(moved), client.balance(accounts.gateway().address()));
      assertEquals(HOSTS, client.hosts().getHostsCount());
      height = client.height();
      assertTrue(!chain.stopped().isDone());
    }
    try (LocalChain chain = start();
        ChainClient client = client()) {
      assertTrue(client.awaitHeight(height + 2, Duration.ofSeconds(20)) >= height + 2);
      assertEquals(before.minus(moved), client.balance(accounts.testKey().address()));
      assertTrue(!chain.stopped().isDone());
    }
    assertEquals(
        List.of(), EmbeddedChain.inspect(home.resolve("chain"), state -> Ledger.audit(state)));
  }

  @Test
  void crossesAnEpochInWhichNobodyDidAnything() {
    long lastBlock = genesis.getParameters().getEpochBlocks() * 2 + 3;
    try (LocalChain chain = start();
        ChainClient client = client()) {
      assertTrue(client.awaitHeight(lastBlock, Duration.ofSeconds(60)) >= lastBlock);
      assertTrue(client.network().getEpoch() >= 2);
      assertTrue(client.network().getSprint() >= 4, "two Sprints an epoch");
      assertTrue(!chain.stopped().isDone());
    }
    assertEquals(
        List.of(), EmbeddedChain.inspect(home.resolve("chain"), state -> Ledger.audit(state)));
  }

  @Test
  void namesTheFlagWhenThePortIsTaken() throws IOException {
    try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      ExactaException e = assertThrows(ExactaException.class, this::start);
      assertTrue(e.getMessage().contains("--port-base"), e.getMessage());
      assertTrue(e.getMessage().contains(Integer.toString(taken.getLocalPort())));
    }
  }
}
