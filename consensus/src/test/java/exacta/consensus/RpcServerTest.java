package exacta.consensus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.primitives.Digest32;
import exacta.primitives.ExactaException;
import exacta.primitives.Hasher;
import exacta.primitives.Height;
import exacta.primitives.StateProof;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RpcServerTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir Path home;
  private EmbeddedChain chain;
  private RpcServer server;
  private HttpClient client;

  @BeforeEach
  void start() {
    chain = TestChain.embedded(home, Duration.ofMillis(5));
    server = RpcServer.start(chain, RpcSettings.onLoopback(0, "--rpc-port"));
    client = HttpClient.newHttpClient();
  }

  @AfterEach
  void stop() {
    client.close();
    server.close();
    chain.close();
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.timeout(LONG).build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String body) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(uri("/")).POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(uri(path)));
  }

  /**
   * A name without a value, or no name at all, is no argument: both were answered with 500 once.
   */
  @Test
  void namesWithoutValuesAreNoArguments() throws IOException, InterruptedException {
    assertEquals(200, get("/status?").statusCode());
    assertEquals(200, get("/block?height=1&").statusCode());
    assertEquals(200, get("/block?height=%221%22&&").statusCode());
    assertEquals(200, get("/status?height").statusCode());
  }

  private static JsonNode json(String text) {
    return JSON.readTree(text);
  }

  private JsonNode call(String method, String params) throws IOException, InterruptedException {
    HttpResponse<String> response =
        post(
            "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"%s\",\"params\":%s}"
                .formatted(method, params));
    assertEquals(200, response.statusCode());
    JsonNode answer = json(response.body());
    assertEquals(7, answer.get("id").asInt());
    assertEquals("2.0", answer.get("jsonrpc").asString());
    return answer;
  }

  private JsonNode result(String method, String params) throws IOException, InterruptedException {
    JsonNode answer = call(method, params);
    assertTrue(answer.has("result"), answer.toString());
    return answer.get("result");
  }

  private JsonNode error(String method, String params) throws IOException, InterruptedException {
    JsonNode answer = call(method, params);
    assertTrue(answer.has("error"), answer.toString());
    return answer.get("error");
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().withUpperCase().formatHex(bytes);
  }

  /** Sends a transaction and waits for its block. */
  private byte[] included(String signer, long sequence, String value)
      throws IOException, InterruptedException {
    byte[] transaction = TinyMachine.put(signer, sequence, "k", value);
    JsonNode answer = result("broadcast_tx_commit", "{\"tx\":\"" + base64(transaction) + "\"}");
    assertEquals(0, answer.get("tx_result").get("code").asInt());
    return Hasher.sha256(transaction).toBytes();
  }

  private void assertAlive() throws IOException, InterruptedException {
    assertEquals(json("{}"), result("health", "{}"));
    Height next = chain.status().latest().height().plus(2);
    assertTrue(chain.awaitBlock(next, LONG), "the chain goes on");
  }

  @Test
  void statusHasWhatCosmjsReads() throws IOException, InterruptedException {
    JsonNode status = result("status", "{}");
    JsonNode node = status.get("node_info");
    assertEquals("test-1", node.get("network").asString());
    assertEquals("0.38.17", node.get("version").asString());
    assertEquals(40, node.get("id").asString().length());
    assertEquals("11", node.get("protocol_version").get("block").asString());
    JsonNode sync = status.get("sync_info");
    assertTrue(sync.get("latest_block_height").isString());
    assertTrue(sync.get("latest_block_hash").asString().matches("[0-9A-F]{64}"));
    assertTrue(sync.get("latest_app_hash").asString().matches("[0-9A-F]{64}"));
    assertTrue(
        sync.get("latest_block_time")
            .asString()
            .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{9}Z"));
    assertFalse(sync.get("catching_up").asBoolean());
    JsonNode validator = status.get("validator_info");
    assertEquals("tendermint/PubKeyEd25519", validator.get("pub_key").get("type").asString());
    assertEquals(
        hex(Hasher.sha256(TestChain.KEY).toBytes()).substring(0, 40),
        validator.get("address").asString());
    assertEquals(validator.get("address"), validators().get(0).get("address"));
  }

  private JsonNode validators() throws IOException, InterruptedException {
    JsonNode answer = result("validators", "{\"height\":\"1\",\"per_page\":\"100\"}");
    assertEquals("1", answer.get("total").asString());
    assertEquals("1", answer.get("block_height").asString());
    return answer.get("validators");
  }

  @Test
  void aTransactionGoesInAndIsFoundByHashAndByHeight() throws IOException, InterruptedException {
    byte[] transaction = TinyMachine.put("ann", 0, "color", "red");
    String tx = base64(transaction);
    JsonNode sent = result("broadcast_tx_sync", "{\"tx\":\"" + tx + "\"}");
    String hash = hex(Hasher.sha256(transaction).toBytes());
    assertEquals(
        json(
            "{\"code\":0,\"data\":\"\",\"log\":\"\",\"codespace\":\"\",\"hash\":\"%s\"}"
                .formatted(hash)),
        sent);
    JsonNode found = json("{}");
    for (Height height = new Height(1); !found.has("hash"); height = height.plus(1)) {
      assertTrue(chain.awaitBlock(height, LONG));
      JsonNode search =
          result(
              "tx_search",
              "{\"query\":\"tx.hash='%s'\",\"page\":\"1\",\"prove\":false}".formatted(hash));
      assertEquals(
          Integer.toString(search.get("txs").size()), search.get("total_count").asString());
      found = search.get("txs").isEmpty() ? found : search.get("txs").get(0);
    }
    String height = found.get("height").asString();
    assertEquals(
        json(
            """
            {"hash":"%s","height":"%s","index":1,
             "tx_result":{"code":0,"data":"ZG9uZQ==","log":"","info":"","gas_wanted":"0",
               "gas_used":"0","events":[],"codespace":""},
             "tx":"%s"}
            """
                .formatted(hash, height, tx)),
        found);
    byte[] raw = Hasher.sha256(transaction).toBytes();
    assertEquals(found, result("tx", "{\"hash\":\"" + base64(raw) + "\",\"prove\":false}"));
    assertEquals(found, json(get("/tx?hash=0x" + hash).body()).get("result"));
    JsonNode byHeight = result("tx_search", "{\"query\":\"tx.height=" + height + "\"}");
    assertEquals(found, byHeight.get("txs").get(1));
    JsonNode again = error("broadcast_tx_sync", "[\"" + tx + "\"]");
    assertEquals(-32603, again.get("code").asInt());
    assertEquals("tx already exists in cache", again.get("data").asString());
    assertBlockHolds(height, tx);
  }

  private void assertBlockHolds(String height, String tx) throws IOException, InterruptedException {
    JsonNode answer = result("block", "{\"height\":\"" + height + "\"}");
    JsonNode block = answer.get("block");
    assertEquals(tx, block.get("data").get("txs").get(1).asString());
    assertEquals(height, block.get("header").get("height").asString());
    long previous = Long.parseLong(height) - 1;
    JsonNode before = result("block", "{\"height\":\"" + previous + "\"}");
    assertEquals(before.get("block_id"), block.get("header").get("last_block_id"));
    assertEquals(Long.toString(previous), block.get("last_commit").get("height").asString());
  }

  @Test
  void theFirstBlockHasNoOneBeforeIt() throws IOException, InterruptedException {
    JsonNode header = result("block", "{\"height\":\"1\"}").get("block").get("header");
    assertEquals(
        json("{\"hash\":\"\",\"parts\":{\"total\":0,\"hash\":\"\"}}"), header.get("last_block_id"));
    assertEquals("test-1", header.get("chain_id").asString());
    assertEquals("1", header.get("height").asString());
  }

  @Test
  void queriesAnswerInBothForms() throws IOException, InterruptedException {
    included("ann", 0, "blue");
    String data = hex(TinyMachine.bytes("k"));
    JsonNode answer =
        result("abci_query", "{\"path\":\"/key\",\"data\":\"%s\",\"prove\":false}".formatted(data))
            .get("response");
    assertEquals(0, answer.get("code").asInt());
    assertEquals(base64(TinyMachine.bytes("blue")), answer.get("value").asString());
    assertEquals("0", answer.get("index").asString());
    assertTrue(answer.get("key").isNull());
    assertTrue(Long.parseLong(answer.get("height").asString()) > 1);
    String path = URLEncoder.encode("\"/key\"", StandardCharsets.UTF_8);
    HttpResponse<String> byUri = get("/abci_query?path=" + path + "&data=0x" + data);
    assertEquals(200, byUri.statusCode());
    assertEquals(-1, json(byUri.body()).get("id").asInt());
    assertEquals(
        answer.get("value"), json(byUri.body()).get("result").get("response").get("value"));
    JsonNode unknown = result("abci_query", "{\"path\":\"/none\"}").get("response");
    assertEquals(6, unknown.get("code").asInt());
    assertTrue(unknown.get("value").isNull());
    assertEquals("0.1.0", result("abci_info", "{}").get("response").get("version").asString());
  }

  @Test
  void blocksAreToldInEveryFormThatExplorersWant() throws IOException, InterruptedException {
    JsonNode block = result("block", "{\"height\":\"1\"}");
    JsonNode header = block.get("block").get("header");
    assertEquals(header, result("header", "[\"1\"]").get("header"));
    JsonNode signed = result("commit", "{\"height\":\"1\"}").get("signed_header");
    assertEquals(header, signed.get("header"));
    assertEquals(block.get("block_id"), signed.get("commit").get("block_id"));
    JsonNode results = result("block_results", "[\"1\"]").get("txs_results");
    assertEquals(1, results.size());
    assertTrue(chain.awaitBlock(new Height(2), LONG));
    JsonNode metas = result("blockchain", "{\"minHeight\":\"1\",\"maxHeight\":\"2\"}");
    assertEquals(header, metas.get("block_metas").get(1).get("header"));
    JsonNode parameters = result("consensus_params", "{}").get("consensus_params");
    assertEquals("2097152", parameters.get("block").get("max_bytes").asString());
  }

  @Test
  void anEntryOfTheStateHasAProofThatTheNextHeaderConfirms()
      throws IOException, InterruptedException {
    included("ann", 0, "blue");
    for (String key : List.of("k/k", "k/none")) {
      JsonNode entry =
          result(
                  "abci_query",
                  "{\"path\":\"/store\",\"data\":\"%s\",\"prove\":true}"
                      .formatted(hex(TinyMachine.bytes(key))))
              .get("response");
      long height = Long.parseLong(entry.get("height").asString());
      assertTrue(chain.awaitBlock(new Height(height + 1), LONG));
      JsonNode header =
          result("block", "{\"height\":\"%d\"}".formatted(height + 1)).get("block").get("header");
      JsonNode op = entry.get("proofOps").get("ops").get(0);
      StateProof proof =
          StateProof.parse(Base64.getDecoder().decode(op.get("data").asString())).orElseThrow();
      Optional<byte[]> value =
          key.equals("k/k") ? Optional.of(TinyMachine.bytes("blue")) : Optional.empty();
      assertEquals(value.isEmpty(), entry.get("value").isNull());
      Digest32 root = Digest32.ofHex(header.get("app_hash").asString());
      assertTrue(proof.shows(root, TinyMachine.bytes(key), value));
    }
  }

  @Test
  void aTransactionThatFailsTheCheckIsAnAnswerWithItsCode()
      throws IOException, InterruptedException {
    String tx = base64(TinyMachine.put("ann", 5, "k", "v"));
    JsonNode refused = result("broadcast_tx_sync", "{\"tx\":\"" + tx + "\"}");
    assertEquals(TinyMachine.WRONG_SEQUENCE, refused.get("code").asInt());
    assertEquals("sdk", refused.get("codespace").asString());
    assertTrue(refused.get("log").asString().contains("expected 0"));
    String encoded = URLEncoder.encode("\"a=b\"", StandardCharsets.UTF_8);
    JsonNode byUri = json(get("/broadcast_tx_sync?tx=" + encoded).body()).get("result");
    assertEquals(TinyMachine.MALFORMED, byUri.get("code").asInt());
  }

  @Test
  void anUnknownTransactionIsNotFound() throws IOException, InterruptedException {
    byte[] hash = Hasher.sha256(new byte[0]).toBytes();
    JsonNode error = error("tx", "{\"hash\":\"" + base64(hash) + "\"}");
    assertEquals(-32603, error.get("code").asInt());
    assertEquals("Internal error", error.get("message").asString());
    assertEquals("tx (" + hex(hash) + ") not found", error.get("data").asString());
    assertEquals(
        json("{\"txs\":[],\"total_count\":\"0\"}"),
        result("tx_search", "{\"query\":\"tx.hash='" + hex(hash) + "'\"}"));
    assertEquals(500, get("/tx?hash=0x" + hex(hash)).statusCode());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "nonsense; {}; -32601",
        "block; {\"height\":\"x\"}; -32602",
        "block; {\"height\":1.5}; -32602",
        "block; {\"height\":\"0\"}; -32603",
        "block; {\"height\":\"99999999999\"}; -32603",
        "block; {\"height\":\"99999999999999999999\"}; -32602",
        "block; {\"hight\":\"1\"}; -32602",
        "block; \"1\"; -32602",
        "block; [1,2]; -32602",
        "abci_query; {}; -32602",
        "abci_query; {\"path\":7}; -32602",
        "abci_query; {\"path\":\"/key\",\"data\":\"xyz\"}; -32602",
        "abci_query; {\"path\":\"/key\",\"prove\":true}; -32602",
        "abci_query; {\"path\":\"/key\",\"prove\":\"yes\"}; -32602",
        "abci_query; {\"path\":\"/key\",\"height\":\"999999\"}; -32602",
        "broadcast_tx_sync; {}; -32602",
        "broadcast_tx_sync; {\"tx\":\"%%%\"}; -32602",
        "broadcast_tx_sync; {\"tx\":{}}; -32602",
        "tx; {\"hash\":\"AAAA\"}; -32602",
        "tx_search; {\"query\":\"tx.hash='zz'\"}; -32602",
        "tx_search; {\"query\":\"a.b=c\"}; -32602",
        "tx_search; {\"query\":\"tx.height>1\"}; -32602",
        "tx_search; {\"query\":\"tx.height=1\",\"page\":\"9\"}; -32602",
        "tx_search; {\"query\":\"tx.height=1\",\"order_by\":\"up\"}; -32602",
      })
  void wrongArgumentsAreNamed(String method, String params, int code)
      throws IOException, InterruptedException {
    JsonNode error = error(method, params);
    assertEquals(code, error.get("code").asInt());
    assertFalse(error.get("data").asString().isBlank());
    assertAlive();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "{; 400; -32700",
        "``; 400; -32700",
        "nonsense; 400; -32700",
        "{\"a\":1}{}; 400; -32700",
        "{\"id\":1,\"id\":2}; 400; -32700",
        "7; 200; -32600",
        "[]; 200; -32600",
        "[7]; 200; -32600",
        "{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"status\"}; 200; -32600",
        "{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"status\"}; 200; -32600",
        "{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"status\"}; 200; -32600",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":7}; 200; -32600",
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"status\",\"x\":0}; 200; -32600",
      })
  void wrongEnvelopesAreErrors(String body, int status, int code)
      throws IOException, InterruptedException {
    HttpResponse<String> response = post(body);
    assertEquals(status, response.statusCode(), response.body());
    JsonNode answer = json(response.body());
    JsonNode error = (answer.isArray() ? answer.get(0) : answer).get("error");
    assertEquals(code, error.get("code").asInt(), response.body());
    assertAlive();
  }

  @Test
  void deepAndLongJsonIsRefused() throws IOException, InterruptedException {
    assertEquals(400, post("[".repeat(1_000_000)).statusCode());
    assertEquals(400, post("9".repeat(1_000_000)).statusCode());
    assertAlive();
  }

  @Test
  void aBatchIsAnsweredInItsOrderAndNotificationsAreNot() throws IOException, InterruptedException {
    String status = "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"health\"}";
    String silent = "{\"jsonrpc\":\"2.0\",\"method\":\"health\"}";
    String wrong = "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"none\"}";
    JsonNode answers = json(post("[" + String.join(",", status, silent, wrong) + "]").body());
    assertEquals(2, answers.size());
    assertEquals("a", answers.get(0).get("id").asString());
    assertEquals(-32601, answers.get(1).get("error").get("code").asInt());
    assertEquals("", post(silent).body());
    String many = "[" + (silent + ",").repeat(100) + silent + "]";
    assertEquals(-32600, json(post(many).body()).get("error").get("code").asInt());
  }

  @Test
  void aBodyOfFiftyMegabytesIsRefusedWithAnError() throws IOException, InterruptedException {
    byte[] huge = new byte[50 << 20];
    List<HttpRequest.BodyPublisher> publishers =
        List.of(
            HttpRequest.BodyPublishers.ofByteArray(huge),
            HttpRequest.BodyPublishers.ofByteArrays(
                Stream.generate(() -> new byte[1 << 20]).limit(50).toList()));
    for (HttpRequest.BodyPublisher publisher : publishers) {
      HttpResponse<String> response =
          send(
              HttpRequest.newBuilder(uri("/"))
                  .version(HttpClient.Version.HTTP_1_1)
                  .POST(publisher));
      assertEquals(413, response.statusCode());
      String data = json(response.body()).get("error").get("data").asString();
      assertTrue(data.contains("4194304"), data);
    }
    assertAlive();
  }

  @Test
  void halfRequestsAndRandomBytesHarmNobody() throws IOException, InterruptedException {
    java.util.Random random = new java.util.Random(3);
    for (int i = 0; i < 50; i++) {
      byte[] noise = new byte[random.nextInt(2_000)];
      random.nextBytes(noise);
      sendRaw(noise);
    }
    sendRaw(TinyMachine.bytes("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{\"json"));
    sendRaw(TinyMachine.bytes("GET /stat"));
    sendRaw(TinyMachine.bytes("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n"));
    assertAlive();
  }

  private void sendRaw(byte[] bytes) throws IOException {
    try (java.net.Socket socket = new java.net.Socket("127.0.0.1", server.port())) {
      socket.getOutputStream().write(bytes);
      socket.shutdownOutput();
    } catch (java.net.SocketException e) {
      // The server may hang up on nonsense before it has all of it.
      assertFalse(e.getMessage().contains("refused"), e.getMessage());
    }
  }

  @Test
  void aTakenPortIsAnErrorThatNamesPortAndSetting() throws IOException {
    try (ServerSocket taken = new ServerSocket()) {
      taken.bind(new InetSocketAddress("127.0.0.1", 0));
      ExactaException refusal =
          assertThrows(
              ExactaException.class,
              () ->
                  RpcServer.start(
                      chain, RpcSettings.onLoopback(taken.getLocalPort(), "--rpc-port")));
      assertTrue(refusal.getMessage().contains("" + taken.getLocalPort()), refusal.getMessage());
      assertTrue(refusal.getMessage().contains("--rpc-port"), refusal.getMessage());
    }
  }

  @Test
  void unknownPathsAndVerbsAreErrors() throws IOException, InterruptedException {
    assertEquals(500, get("/nonsense").statusCode());
    assertEquals(404, get("/a/b").statusCode());
    assertTrue(send(HttpRequest.newBuilder(uri("/")).DELETE()).statusCode() >= 400);
    assertEquals(200, get("/health").statusCode());
    assertTrue(get("/").body().contains("broadcast_tx_sync"));
  }
}
