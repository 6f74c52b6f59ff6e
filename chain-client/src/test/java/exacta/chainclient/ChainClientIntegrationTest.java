package exacta.chainclient;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import exacta.primitives.Amount;
import exacta.primitives.Clock;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import exacta.protocol.Denomination;
import exacta.protocol.Message;
import exacta.protocol.TransactionAnswers;
import exacta.protocol.TransactionBuilder;
import exacta.protocol.cosmos.bank.MsgSend;
import exacta.protocol.v1.LaneCap;
import exacta.protocol.v1.MsgDepositCollateral;
import exacta.protocol.v1.MsgOpenSession;
import exacta.protocol.v1.MsgRegisterHost;
import exacta.protocol.v1.SessionRecord;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The client against the real ledger, over the embedded chain's RPC. */
@Timeout(120)
class ChainClientIntegrationTest {
  @TempDir Path folder;
  private RealChain chain;
  private ChainClient client;

  @BeforeEach
  void start() {
    chain = new RealChain(folder);
    client = new ChainClient(chain.uri(), Clock.SYSTEM);
  }

  @AfterEach
  void stop() {
    client.close();
    chain.close();
  }

  private static Message send(Amount amount) {
    return new Message.Send(
        MsgSend.newBuilder()
            .setFromAddress(RealChain.RICH.address().toString())
            .setToAddress(RealChain.POOR.address().toString())
            .addAmount(Denomination.of(amount))
            .build());
  }

  private static Message register() {
    return new Message.RegisterHost(
        MsgRegisterHost.newBuilder()
            .setHost(RealChain.RICH.address().toString())
            .setUrl("http://127.0.0.1:9400")
            .build());
  }

  @Test
  void movesCoins() {
    assertEquals(RealChain.ID, client.chainId());
    assertEquals(RealChain.BALANCE, client.balance(RealChain.RICH.address()));
    assertEquals(Optional.empty(), client.findAccount(RealChain.POOR.address()));
    Sender sender = new Sender(client, RealChain.RICH);
    TransactionOutcome outcome = sender.send(send(Amount.ofCoins(3)));
    assertTrue(outcome.isSuccess(), outcome.toString());
    assertEquals(Amount.ofCoins(3), client.balance(RealChain.POOR.address()));
    assertEquals(1, client.account(RealChain.RICH.address()).sequence());
    TransactionOutcome told = client.transaction(outcome.hash()).orElseThrow();
    assertEquals(outcome.height(), told.height());
    assertArrayEquals(outcome.data(), told.data());
  }

  @Test
  void tellsWhatTheLedgerRefuses() {
    Sender sender = new Sender(client, RealChain.RICH);
    TransactionOutcome tooMuch = sender.send(send(Amount.ofCoins(5000)));
    assertEquals(5, tooMuch.code());
    assertEquals(0, tooMuch.height());
    byte[] foreign =
        TransactionBuilder.build(
            List.of(send(Amount.ofNano(1))), RealChain.RICH, "exacta-other", 0, 0, "");
    BroadcastAnswer.Refused refused =
        assertInstanceOf(BroadcastAnswer.Refused.class, client.broadcast(foreign));
    assertEquals(4, refused.outcome().code());
    assertInstanceOf(BroadcastAnswer.Refused.class, client.broadcast(new byte[] {1, 2, 3}));
    assertEquals(Optional.empty(), client.transaction(Hasher.of("unknown").finish()));
  }

  @Test
  void opensASession() {
    Sender sender = new Sender(client, RealChain.RICH);
    assertTrue(sender.send(register()).isSuccess());
    Message open =
        new Message.OpenSession(
            MsgOpenSession.newBuilder()
                .setDeveloper(RealChain.RICH.address().toString())
                .setSessionKey(ByteString.copyFrom(RealChain.POOR.publicKey().toBytes()))
                .setLastEpoch(5)
                .addLanes(
                    LaneCap.newBuilder()
                        .setHost(RealChain.RICH.address().toString())
                        .setAmount(1000))
                .build());
    TransactionOutcome outcome = sender.send(open);
    assertTrue(outcome.isSuccess(), outcome.toString());
    Digest32 id = TransactionAnswers.openedSession(outcome.data()).orElseThrow();
    SessionRecord session = client.session(id.toBytes()).orElseThrow();
    assertEquals(1000, session.getLanes(0).getCap());
    assertEquals(List.of(session), client.sessions(RealChain.RICH.address()));
    assertEquals(Optional.empty(), client.session(new byte[32]));
  }

  @Test
  void answersEveryQuery() {
    assertEquals(120, client.parameters().getEpochBlocks());
    assertTrue(client.network().getHeight() >= 1);
    assertEquals(0, client.hosts().getHostsCount());
    assertEquals(0, client.models().getModelsCount());
    assertTrue(client.sprint(999).isEmpty());
    assertEquals(List.of(), client.sessions(RealChain.POOR.address()));
    assertEquals(3, client.audits(3).getEpoch());
    assertEquals(List.of(), client.disputes(true));
    assertEquals(List.of(), client.convictions());
    assertFalse(client.payments(0).getPaid());
    assertTrue(client.awaitHeight(4, Duration.ofSeconds(30)) >= 4);
  }

  @Test
  void sendsManyAtOnceInOrder() throws Exception {
    Sender sender = new Sender(client, RealChain.RICH);
    List<Future<TransactionOutcome>> outcomes = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 50; i++) {
        outcomes.add(threads.submit(() -> sender.send(send(Amount.ofCoins(1)))));
      }
      for (Future<TransactionOutcome> outcome : outcomes) {
        assertTrue(outcome.get().isSuccess(), outcome.get().toString());
      }
    }
    assertEquals(Amount.ofCoins(50), client.balance(RealChain.POOR.address()));
    assertEquals(50, client.account(RealChain.RICH.address()).sequence());
  }

  /** Two senders of one key do not know of each other; each learns from the chain. */
  @Test
  void sharesAKeyWithAnotherSender() throws Exception {
    Sender one = new Sender(client, RealChain.RICH);
    Sender two = new Sender(client, RealChain.RICH);
    int rounds = 5;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<TransactionOutcome>> outcomes = new ArrayList<>();
      for (int i = 0; i < rounds; i++) {
        outcomes.add(threads.submit(() -> one.send(send(Amount.ofNano(1)))));
        outcomes.add(threads.submit(() -> two.send(send(Amount.ofNano(1_000_000)))));
      }
      long taken = 0;
      for (Future<TransactionOutcome> outcome : outcomes) {
        taken += outcome.get().isSuccess() ? 1 : 0;
      }
      assertEquals(taken, client.account(RealChain.RICH.address()).sequence());
      assertTrue(taken > rounds, "most go through: " + taken);
    }
  }

  /** The chain goes down and comes up again while a transaction waits for its block. */
  @Test
  void outlivesARestartInTheMiddle() {
    AtomicBoolean restarted = new AtomicBoolean();
    CountDownLatch never = new CountDownLatch(1);
    Pause restarting =
        time -> {
          if (restarted.compareAndSet(false, true)) {
            chain.restart();
          }
          return !never.await(time.toMillis(), TimeUnit.MILLISECONDS);
        };
    try (ChainClient waiting =
        new ChainClient(
            new RpcConnection(
                ChainClientSettings.of(chain.uri()), Clock.SYSTEM, Optional.of(restarting)))) {
      Sender sender = new Sender(waiting, RealChain.RICH);
      for (int i = 1; !restarted.get(); i++) {
        TransactionOutcome outcome = sender.send(send(Amount.ofCoins(1)));
        assertTrue(outcome.isSuccess(), outcome.toString());
        assertEquals(Amount.ofCoins(i), waiting.balance(RealChain.POOR.address()));
      }
      assertTrue(sender.send(register()).isSuccess());
    }
  }

  @Test
  void sendsSeveralMessagesAsOne() {
    Sender sender = new Sender(client, RealChain.RICH);
    Message collateral =
        new Message.DepositCollateral(
            MsgDepositCollateral.newBuilder()
                .setHost(RealChain.RICH.address().toString())
                .setAmount(7)
                .build());
    assertTrue(sender.send(register(), collateral).isSuccess());
    assertEquals(7, client.hosts().getHosts(0).getCollateral());
    TransactionOutcome both = sender.send(send(Amount.ofCoins(1)), register());
    assertFalse(both.isSuccess());
    assertEquals(Amount.ZERO, client.balance(RealChain.POOR.address()));
  }
}
