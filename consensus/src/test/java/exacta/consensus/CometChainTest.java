package exacta.consensus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.ledger.QueryResult;
import exacta.primitives.Digest32;
import exacta.primitives.ExactaException;
import exacta.primitives.Hasher;
import exacta.primitives.Height;
import exacta.protocol.QueryPaths;
import exacta.protocol.cosmos.tx.GetTxRequest;
import exacta.protocol.cosmos.tx.GetTxResponse;
import exacta.web.BoundedServer;
import exacta.web.ServerLimits;
import io.helidon.webserver.WebServer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** What a real CometBFT was recorded to say, read as wallets need it. */
@Timeout(60)
class CometChainTest {
  private static final byte[] TX = "color=red".getBytes(StandardCharsets.UTF_8);
  private static final Digest32 HASH = Hasher.sha256(TX);

  private final Map<String, String> answers = new ConcurrentHashMap<>();
  private WebServer comet;
  private CometChain chain;

  @BeforeEach
  void start() {
    comet =
        BoundedServer.builder(ServerLimits.ofUri(1024))
            .host("127.0.0.1")
            .port(0)
            .routing(routing ->
                routing.post(
                    "/",
                    (request, response) -> {
                      String body = request.content().as(String.class);
                      JsonNode asked = RpcJson.MAPPER.readTree(body);
                      response.send(answers.get(asked.get("method").asString()));
                    }))
            .build()
            .start();
    chain = chain(comet.port());
  }

  private static CometChain chain(int port) {
    return new CometChain(
        URI.create("http://127.0.0.1:" + port),
        (path, data) -> new QueryResult(26, "sdk", "no state", new byte[0], new Height(0)));
  }

  @AfterEach
  void stop() {
    chain.close();
    comet.stop();
  }

  private void recorded(String method, String fixture) throws IOException {
    answers.put(method, RecordedAnswersTest.exchange(fixture).get("answer").toString());
  }

  private void error(String method, String data) {
    answers.put(
        method,
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":-32603,\"message\":\"Internal error\",\"data\":\"%s\"}}"
            .formatted(data));
  }

  @Test
  void tellsATransactionWithItsBlocksTime() throws IOException {
    recorded("tx", "tx");
    recorded("header", "header");
    IncludedTransaction found = chain.transaction(HASH).orElseThrow();
    assertEquals("color=red", new String(found.bytes(), StandardCharsets.UTF_8));
    assertEquals(2, found.result().events().size());
    assertEquals("key", found.result().events().get(0).attributes().get(1).key());
    String time =
        RecordedAnswersTest.exchange("header").at("/answer/result/header/time").asString();
    assertEquals(time.substring(0, 23), RpcJson.time(chain.timeMillis(found)).substring(0, 23));
  }

  @Test
  void whatIsInNoBlockIsNotFound() throws IOException {
    recorded("tx", "tx_unknown");
    assertEquals(Optional.empty(), chain.transaction(HASH));
  }

  /** The query that the ledger cannot answer, since it keeps no blocks. */
  @Test
  void answersGetTxFromTheBlocks() throws IOException {
    recorded("tx", "tx");
    recorded("header", "header");
    byte[] asked = GetTxRequest.newBuilder().setHash(RpcJson.hex(HASH)).build().toByteArray();
    QueryResult answer = GetTx.answer(chain, asked, new Height(7));
    assertEquals(0, answer.code(), answer.log());
    GetTxResponse response = GetTxResponse.parseFrom(answer.value());
    assertEquals("color=red", response.getTx().toStringUtf8());
    assertEquals(RpcJson.hex(HASH), response.getTxResponse().getTxhash());
    assertTrue(response.getTxResponse().getHeight() > 0);
    assertEquals(2, response.getTxResponse().getEventsCount());
    recorded("tx", "tx_unknown");
    QueryResult unknown = GetTx.answer(chain, asked, new Height(7));
    assertEquals(22, unknown.code());
    assertTrue(unknown.log().startsWith("rpc error: code = NotFound"), unknown.log());
    assertEquals(18, GetTx.answer(chain, new byte[] {1, 2, 3}, new Height(7)).code());
  }

  @Test
  void handsTransactionsOver() throws IOException {
    recorded("broadcast_tx_sync", "broadcast_tx_sync");
    Broadcast.Checked accepted = assertInstanceOf(Broadcast.Checked.class, chain.broadcast(TX));
    assertTrue(accepted.result().isAccepted());
    assertEquals(HASH, accepted.hash());
    recorded("broadcast_tx_sync", "broadcast_tx_sync_refused");
    Broadcast.Checked refused = assertInstanceOf(Broadcast.Checked.class, chain.broadcast(TX));
    assertEquals(2, refused.result().code());
    recorded("broadcast_tx_sync", "broadcast_tx_sync_again");
    assertInstanceOf(Broadcast.Duplicate.class, chain.broadcast(TX));
    error("broadcast_tx_sync", "mempool is full: number of txs 5000 (max: 5000)");
    assertInstanceOf(Broadcast.NoRoom.class, chain.broadcast(TX));
  }

  @Test
  void saysWhoDoesNotAnswerAndWhatMakesNoSense() {
    for (String nonsense : new String[] {"", "[]x", "<html>", "{\"result\":{\"height\":\"x\"}}"}) {
      answers.put("tx", nonsense);
      ExactaException e = assertThrows(ExactaException.class, () -> chain.transaction(HASH));
      assertTrue(e.getMessage().contains("makes no sense"), e.getMessage());
    }
    error("tx", "transaction indexing is disabled");
    ExactaException e = assertThrows(ExactaException.class, () -> chain.transaction(HASH));
    assertTrue(e.getMessage().contains("indexing is disabled"), e.getMessage());
    comet.stop();
    ExactaException gone = assertThrows(ExactaException.class, () -> chain.broadcast(TX));
    assertTrue(gone.getMessage().contains("--rpc"), gone.getMessage());
  }

  @Test
  void beforeTheGenesisThereIsNoChainToName() {
    assertEquals(26, chain.query(QueryPaths.PARAMETERS, new byte[0]).code());
    assertThrows(ExactaException.class, chain::chainId);
  }
}
