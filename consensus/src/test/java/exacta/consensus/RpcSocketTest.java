package exacta.consensus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.primitives.Hasher;
import exacta.web.CloseCode;
import exacta.web.WebSocketPeer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Subscriptions to a chain that makes a block every five milliseconds. */
@Timeout(120)
class RpcSocketTest {
  private static final String BLOCKS = "tm.event='NewBlock'";

  @TempDir private Path home;
  private final Semaphore subscribers = new Semaphore(2);
  private EmbeddedChain chain;
  private RpcMethods methods;

  @BeforeEach
  void start() {
    chain = TestChain.embedded(home, Duration.ofMillis(5));
    methods = RpcMethods.of(chain, () -> 26_657);
  }

  @AfterEach
  void stop() {
    chain.close();
  }

  /** A client that reads whatever it is sent. */
  private final class Client implements WebSocketPeer {
    private final BlockingQueue<JsonNode> messages = new LinkedBlockingQueue<>();
    private final RpcSocket socket = new RpcSocket(chain, methods, subscribers, this);

    @Override
    public boolean send(byte[] utf8) {
      return messages.add(RpcJson.MAPPER.readTree(utf8));
    }

    @Override
    public void close(CloseCode code, String reason) {
      throw new AssertionError("nothing here ends a socket: " + reason);
    }

    void ask(String method, String id, String params) {
      socket.text(
          "{\"jsonrpc\":\"2.0\",\"id\":%s,\"method\":\"%s\",\"params\":%s}"
              .formatted(id, method, params)
              .getBytes(StandardCharsets.UTF_8));
    }

    void subscribe(String query) {
      ask("subscribe", "1", "{\"query\":\"" + query + "\"}");
    }

    JsonNode next() throws InterruptedException {
      JsonNode message = messages.poll(60, TimeUnit.SECONDS);
      assertNotNull(message, "nothing came");
      return message;
    }

    void assertAnswered() throws InterruptedException {
      JsonNode answer = next();
      assertEquals("{}", answer.path("result").toString(), answer::toString);
    }

    void assertRefused(String reason) throws InterruptedException {
      JsonNode answer = next();
      assertEquals(reason, answer.path("error").path("data").asString(), answer::toString);
    }
  }

  private static long height(JsonNode event) {
    JsonNode header = event.path("result").path("data").path("value").path("block").path("header");
    return Long.parseLong(header.path("height").asString());
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  @Test
  void theAnswerComesBeforeTheFirstEventAndNoBlockIsLeftOut() throws InterruptedException {
    for (int round = 0; round < 30; round++) {
      Client client = new Client();
      long before = chain.status().latest().height().value();
      client.ask("subscribe", "\"mine\"", "[\"" + BLOCKS + "\"]");
      client.assertAnswered();
      long first = height(client.next());
      assertTrue(first > before);
      for (long height = first + 1; height < first + 3; height++) {
        JsonNode event = client.next();
        assertEquals(height, height(event));
        assertEquals("mine", event.path("id").asString());
        assertEquals(BLOCKS, event.path("result").path("query").asString());
        assertEquals(
            "tendermint/event/NewBlock", event.path("result").path("data").path("type").asString());
      }
      client.socket.closed();
    }
  }

  /** So Keplr waits for what it sent. */
  @Test
  void aTransactionIsToldToWhoWaitsForIt() throws InterruptedException {
    byte[] transaction = TinyMachine.put("ann", 0, "color", "red");
    String hash = RpcJson.hex(Hasher.sha256(transaction));
    Client client = new Client();
    client.subscribe("tm.event='Tx' AND tx.hash='" + hash + "'");
    client.assertAnswered();
    client.ask("broadcast_tx_sync", "2", "{\"tx\":\"" + base64(transaction) + "\"}");
    List<JsonNode> both = List.of(client.next(), client.next());
    JsonNode event = both.stream().filter(m -> m.path("id").asInt() == 1).findFirst().orElseThrow();
    JsonNode result = event.path("result");
    JsonNode told = result.path("data").path("value").path("TxResult");
    assertEquals(base64(transaction), told.path("tx").asString());
    assertEquals(1, told.path("index").asInt());
    assertEquals("{\"data\":\"ZG9uZQ==\"}", told.path("result").toString());
    assertEquals(
        "{\"tm.event\":[\"Tx\"],\"tx.hash\":[\"%s\"],\"tx.height\":[\"%s\"]}"
            .formatted(hash, told.path("height").asString()),
        result.path("events").toString());
  }

  @Test
  void whoUnsubscribedHearsNothingMore() throws InterruptedException {
    Client client = new Client();
    client.subscribe(BLOCKS);
    client.assertAnswered();
    client.next();
    client.ask("unsubscribe", "2", "{\"query\":\"" + BLOCKS + "\"}");
    JsonNode message = client.next();
    while (message.path("id").asInt() != 2) {
      message = client.next();
    }
    assertTrue(chain.awaitBlock(chain.status().latest().height().plus(3), Duration.ofSeconds(60)));
    assertTrue(client.messages.isEmpty());
    client.ask("unsubscribe", "3", "{\"query\":\"" + BLOCKS + "\"}");
    client.assertRefused("subscription not found");
    client.ask("unsubscribe_all", "4", "{}");
    client.assertRefused("subscription not found");
  }

  @Test
  void subscriptionsAreBounded() throws InterruptedException {
    Client client = new Client();
    for (int i = 0; i < RpcSocket.SUBSCRIPTIONS_MAX; i++) {
      client.subscribe("tm.event='Tx' AND a.b='" + i + "'");
      client.assertAnswered();
    }
    client.subscribe(BLOCKS);
    client.assertRefused("max_subscriptions_per_client 16 reached");
    client.subscribe("tm.event='Tx' AND a.b='0'");
    client.assertRefused("already subscribed");
    client.ask("unsubscribe_all", "2", "{}");
    client.assertAnswered();
    client.subscribe(BLOCKS);
    client.assertAnswered();
    client.socket.closed();
  }

  @Test
  void subscribersAreBoundedUntilOneLeaves() throws InterruptedException {
    Client first = new Client();
    Client second = new Client();
    Client third = new Client();
    for (Client client : List.of(first, second)) {
      client.subscribe(BLOCKS);
      client.assertAnswered();
    }
    third.subscribe(BLOCKS);
    third.assertRefused("max_subscription_clients 100 reached");
    third.ask("health", "1", "{}");
    third.assertAnswered();
    first.socket.closed();
    third.subscribe(BLOCKS);
    third.assertAnswered();
    second.ask("unsubscribe_all", "2", "{}");
    third.socket.closed();
    second.socket.closed();
    assertEquals(2, subscribers.availablePermits());
  }

  @Test
  void answersLikeCometBftWhatCannotBeAsked() throws InterruptedException {
    Client client = new Client();
    client.ask("subscribe", "1", "{}");
    client.assertRefused("parameter \"query\": is missing");
    client.subscribe("tm.event=");
    assertTrue(
        client.next().path("error").path("data").asString().startsWith("failed to parse query"));
    client.subscribe("a.b='" + "x".repeat(600) + "'");
    client.assertRefused("maximum query length exceeded");
    client.socket.text("[]".getBytes(StandardCharsets.UTF_8));
    assertEquals(-32700, client.next().path("error").path("code").asInt());
    client.socket.text("{".getBytes(StandardCharsets.UTF_8));
    assertEquals(-32700, client.next().path("error").path("code").asInt());
    assertEquals(2, subscribers.availablePermits());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ws_status",
        "ws_unknown",
        "ws_no_json",
        "ws_batch",
        "ws_query_wrong",
        "ws_query_long",
        "ws_unsubscribe_wrong",
        "ws_unsubscribe_all_wrong",
        "ws_subscribe_NewBlock"
      })
  void answersAsWasRecorded(String name) throws IOException, InterruptedException {
    JsonNode exchange = RecordedAnswersTest.exchange(name);
    JsonNode asked = exchange.get("asked");
    Client client = new Client();
    String text = asked.isString() ? asked.asString() : asked.toString();
    client.socket.text(text.getBytes(StandardCharsets.UTF_8));
    JsonNode ours = client.next();
    JsonNode recorded = exchange.get("answer");
    assertEquals(List.of(), RecordedAnswersTest.differences(recorded, ours));
    assertEquals(
        recorded.path("id"), ours.path("id").isNull() ? recorded.path("id") : ours.path("id"));
    assertEquals(recorded.path("error").path("code"), ours.path("error").path("code"));
    client.socket.closed();
  }

  /** The whole way, with a client that is not ours. */
  @Test
  void javasOwnClientSubscribesThroughTheServer() throws Exception {
    BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    WebSocket.Listener listener =
        new WebSocket.Listener() {
          private final List<CharSequence> parts = new ArrayList<>();

          @Override
          public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
            parts.add(part);
            if (last) {
              messages.add(String.join("", parts));
              parts.clear();
            }
            socket.request(1);
            return null;
          }
        };
    try (RpcServer server = RpcServer.start(chain, RpcSettings.onLoopback(0, "--rpc-port"));
        HttpClient http = HttpClient.newHttpClient()) {
      URI uri = URI.create("ws://127.0.0.1:" + server.port() + "/websocket");
      WebSocket socket =
          http.newWebSocketBuilder().buildAsync(uri, listener).get(60, TimeUnit.SECONDS);
      String request =
          "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"subscribe\",\"params\":[\"tm.event='NewBlock'\"]}";
      socket.sendText(request, true).get(60, TimeUnit.SECONDS);
      assertEquals(
          "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}", messages.poll(60, TimeUnit.SECONDS));
      long first = height(RpcJson.MAPPER.readTree(messages.poll(60, TimeUnit.SECONDS)));
      long second = height(RpcJson.MAPPER.readTree(messages.poll(60, TimeUnit.SECONDS)));
      assertEquals(first + 1, second);
      socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(60, TimeUnit.SECONDS);
    }
  }
}
