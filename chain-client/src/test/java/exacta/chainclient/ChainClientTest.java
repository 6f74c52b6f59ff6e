package exacta.chainclient;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.crypto.PrivateKey;
import exacta.primitives.Amount;
import exacta.primitives.ExactaException;
import exacta.primitives.Hasher;
import exacta.protocol.Denomination;
import exacta.protocol.QueryPaths;
import exacta.protocol.cosmos.bank.QueryBalanceResponse;
import exacta.protocol.v1.QuerySprintResponse;
import exacta.protocol.v1.SprintRecord;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ChainClientTest {
  private static final PrivateKey KEY = PrivateKey.of(Hasher.of("client").finish().toBytes());

  private final FakeChain chain = new FakeChain(KEY.address());
  private final ChainClient client = chain.client();

  @AfterEach
  void close() {
    client.close();
    chain.close();
  }

  @Test
  void asksForWhatThereIs() {
    assertEquals(FakeChain.ID, client.chainId());
    assertEquals(500, client.parameters().getBlockIntervalMillis());
    assertEquals(new Account(FakeChain.ACCOUNT_NUMBER, 0), client.account(KEY.address()));
    SprintRecord sprint = SprintRecord.newBuilder().setSprint(3).build();
    chain.answer(QueryPaths.SPRINT, QuerySprintResponse.newBuilder().setSprint(sprint).build());
    assertEquals(Optional.of(sprint), client.sprint(0));
    chain.answer(
        QueryPaths.BALANCE,
        QueryBalanceResponse.newBuilder().setBalance(Denomination.of(Amount.ofNano(7))).build());
    assertEquals(Amount.ofNano(7), client.balance(KEY.address()));
  }

  @Test
  void tellsWhatIsNotThereFromAFailure() {
    assertEquals(Optional.empty(), client.sprint(8));
    assertEquals(Optional.empty(), client.transaction(Hasher.of("unknown").finish()));
    assertEquals(Amount.ZERO, client.balance(KEY.address()));
    assertFalse(client.payments(2).getPaid());
    assertFailure("there is no such thing", client::hosts);
    chain.mishap(
        answering(
            200,
            """
            {"result":{"response":{"code":1,"codespace":"sdk","log":"internal","height":"5"}}}\
            """));
    assertFailure("code 1: internal", () -> client.sprint(1));
  }

  private static FakeChain.Mishap answering(int status, String body) {
    return (method, exchange) -> {
      FakeChain.send(exchange, status, body);
      return true;
    };
  }

  private static void assertFailure(String text, Runnable call) {
    ExactaException failure = assertThrows(ExactaException.class, call::run);
    assertTrue(failure.getMessage().contains(text), failure.getMessage());
    assertEquals(ExactaException.Category.ERROR, failure.category());
  }

  @Test
  void saysWhatAnswersIfItIsNoChain() {
    chain.mishap(answering(502, "<html>Bad Gateway</html>"));
    assertFailure("is not the RPC of a chain (status: HTTP 502", client::height);
    chain.mishap(answering(200, "[1, 2]"));
    assertFailure("neither result nor error", client::height);
    chain.mishap(answering(200, ""));
    assertFailure("is not the RPC of a chain", client::height);
    chain.mishap(answering(200, "{\"result\":{\"sync_info\":{}}}"));
    assertFailure("has no number latest_block_height", client::height);
    chain.mishap(answering(200, "{\"result\":{\"response\":{\"code\":0,\"value\":\"?\"}}}"));
    assertFailure("cannot be read", client::hosts);
  }

  @Test
  void boundsWhatItReads() {
    try (ChainClient small = chain.client(1000)) {
      for (int i = 0; i < 200; i++) {
        chain.mishap(answering(200, " ".repeat(1001)));
      }
      assertFailure("cannot reach the chain", small::height);
    }
  }

  @Test
  void outlivesARestartOfTheChain() {
    chain.stop();
    // The client's first pause is when the chain comes back.
    ChainClient waiting =
        new ChainClient(
            new RpcConnection(
                ChainClientSettings.of(chain.uri()),
                () -> 0,
                Optional.of(time -> {
                  chain.restart();
                  return true;
                })));
    assertEquals(1, waiting.height());
    waiting.close();
  }

  @Test
  void losesPatienceWithAChainThatIsGone() {
    chain.stop();
    assertFailure("cannot reach the chain at http://127.0.0.1:", client::height);
  }

  @Test
  void waitsForAHeight() {
    assertEquals(5, client.awaitHeight(5, Duration.ofHours(1)));
    chain.standsStill = true;
    assertEquals(5, client.awaitHeight(6, Duration.ofSeconds(3)));
  }

  @Test
  void endsItsWaitsWhenClosed() {
    ChainClient real = new ChainClient(chain.uri(), () -> 0);
    real.chainId();
    real.close();
    assertThrows(ExactaException.class, () -> real.pause("a wait"));
  }

  @Test
  void refusesAnAddressThatIsNone() {
    for (String text : new String[] {"tcp://127.0.0.1:1", "127.0.0.1", "http:/x"}) {
      assertThrows(
          IllegalArgumentException.class, () -> ChainClientSettings.of(URI.create(text)), text);
    }
  }
}
