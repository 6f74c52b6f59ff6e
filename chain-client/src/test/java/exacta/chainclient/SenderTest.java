package exacta.chainclient;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import exacta.crypto.PrivateKey;
import exacta.primitives.ExactaException;
import exacta.primitives.Hasher;
import exacta.protocol.Message;
import exacta.protocol.v1.MsgDepositCollateral;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class SenderTest {
  private static final PrivateKey KEY = PrivateKey.of(Hasher.of("sender").finish().toBytes());

  private final FakeChain chain = new FakeChain(KEY.address());
  private final ChainClient client = chain.client();
  private final Sender sender = new Sender(client, KEY);

  @AfterEach
  void close() {
    client.close();
    chain.close();
  }

  private static Message message(long amount) {
    return new Message.DepositCollateral(
        MsgDepositCollateral.newBuilder()
            .setHost(KEY.address().toString())
            .setAmount(amount)
            .build());
  }

  @Test
  void waitsUntilItIsInABlock() {
    TransactionOutcome outcome = sender.send(message(1));
    assertTrue(outcome.isSuccess(), outcome.toString());
    assertEquals(2, outcome.height());
    assertArrayEquals(new byte[] {7}, outcome.data());
    assertTrue(sender.send(message(1)).isSuccess());
    assertEquals(2, chain.sequence);
  }

  @Test
  void tellsWhyABlockRefusedIt() {
    chain.refuseNextInBlock = 1;
    TransactionOutcome outcome = sender.send(message(1));
    assertEquals(3, outcome.code());
    assertEquals("exacta", outcome.codespace());
    assertEquals("too late", outcome.log());
    assertTrue(sender.send(message(1)).isSuccess());
  }

  @Test
  void learnsTheSequenceThatSomebodyElseUsed() {
    assertTrue(sender.send(message(1)).isSuccess());
    chain.sequence = 10;
    assertTrue(sender.send(message(2)).isSuccess());
    assertEquals(11, chain.sequence);
  }

  @Test
  void sendsAnewWhatLeftThePoolForItsSequence() {
    chain.dropFromPool = 1;
    assertTrue(sender.send(message(1)).isSuccess());
    assertEquals(1, chain.sequence);
  }

  @Test
  void handsOverAgainWhatThePoolForgot() {
    chain.forget = 2;
    assertTrue(sender.send(message(1)).isSuccess());
    assertEquals(1, chain.sequence);
    assertEquals(3, chain.broadcasts);
  }

  @Test
  void signsAnewWhatWasForgottenAndOvertaken() {
    chain.forget = 1;
    chain.mishap((method, exchange) -> {
      if (chain.broadcasts == 1 && method.equals("broadcast_tx_sync")) {
        // Somebody else's transaction of the same account was faster.
        chain.sequence = 5;
        return answered(exchange, "expected 5");
      }
      return false;
    });
    assertTrue(sender.send(message(1)).isSuccess());
    assertEquals(6, chain.sequence);
  }

  private static boolean answered(HttpExchange exchange, String log) throws IOException {
    FakeChain.send(
        exchange, 200, "{\"result\":{\"code\":32,\"codespace\":\"sdk\",\"log\":\"" + log + "\"}}");
    return true;
  }

  @Test
  void givesUpWhenTheSequenceIsAlwaysWrong() {
    for (int i = 0; i < 8; i++) {
      chain.mishap((method, exchange) -> {
        if (method.equals("broadcast_tx_sync")) {
          FakeChain.send(
              exchange,
              200,
              "{\"result\":{\"code\":32,\"codespace\":\"sdk\",\"log\":\"expected 77\"}}");
          return true;
        }
        return false;
      });
    }
    assertEquals(32, sender.send(message(1)).code());
    assertEquals(0, chain.sequence);
  }

  @Test
  void takesTheAnswerThatWasLost() {
    chain.mishap((method, exchange) -> {
      if (method.equals("broadcast_tx_sync")) {
        // Closed without an answer: the client cannot know whether it arrived.
        return true;
      }
      return false;
    });
    assertTrue(sender.send(message(1)).isSuccess());
    assertEquals(1, chain.sequence);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"error\":{\"code\":-32603,\"data\":\"mempool is full: 1\"}}",
        "{\"result\":{\"code\":20,\"codespace\":\"sdk\",\"log\":\"mempool is full for this"
            + " account\"}}"
      })
  void waitsForRoomInThePool(String full) {
    chain.mishap((method, exchange) -> {
      if (method.equals("broadcast_tx_sync")) {
        FakeChain.send(exchange, 200, full);
        return true;
      }
      return false;
    });
    assertTrue(sender.send(message(1)).isSuccess());
  }

  @Test
  void saysThatTheChainStandsStill() {
    chain.standsStill = true;
    ExactaException failure = assertThrows(ExactaException.class, () -> sender.send(message(1)));
    assertTrue(failure.getMessage().contains("stands still at height 1"), failure.getMessage());
  }

  @Test
  void refusesMessagesOfOthersBeforeTheyAreSent() {
    PrivateKey other = PrivateKey.of(Hasher.of("other").finish().toBytes());
    Sender wrong = new Sender(client, other);
    assertThrows(IllegalArgumentException.class, () -> wrong.send(message(1)));
    assertEquals(0, chain.broadcasts);
  }

  @Test
  void sendsFromManyThreadsWithoutAGap() throws Exception {
    List<Future<TransactionOutcome>> outcomes = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 1; i <= 20; i++) {
        long amount = i;
        outcomes.add(threads.submit(() -> sender.send(message(amount))));
      }
      for (Future<TransactionOutcome> outcome : outcomes) {
        assertTrue(outcome.get().isSuccess());
      }
    }
    assertEquals(20, chain.sequence);
    assertEquals(20, chain.broadcasts);
  }
}
