package exacta.chainclient;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import exacta.crypto.Address;
import exacta.primitives.Digest32;
import exacta.protocol.QueryPaths;
import exacta.protocol.Transaction;
import exacta.protocol.cosmos.auth.BaseAccount;
import exacta.protocol.cosmos.auth.QueryAccountResponse;
import exacta.protocol.v1.ChainParameters;
import exacta.protocol.v1.QueryParametersResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A chain of one account over real HTTP, in the words of our RPC. A block is made whenever its
 * client pauses; so no test waits.
 */
final class FakeChain implements AutoCloseable {
  static final String ID = "exacta-fake";
  static final long ACCOUNT_NUMBER = 4;

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  /** An answer that a test wants instead of the next one. */
  interface Mishap {
    /** Returns true if it answered, or broke the connection. */
    boolean strike(String method, HttpExchange exchange) throws IOException;
  }

  private final Address account;
  private final Map<Digest32, ObjectNode> results = new HashMap<>();
  private final List<byte[]> pool = new ArrayList<>();
  private final List<Mishap> mishaps = new ArrayList<>();
  private final Map<String, Message> answers = new HashMap<>();
  private HttpServer server;
  private long height = 1;
  private long millis;
  long sequence;
  int refuseNextInBlock;
  int dropFromPool;

  /** Transactions that the next blocks lose without a word, as CometBFT's mempool may. */
  int forget;

  boolean standsStill;
  int broadcasts;

  FakeChain(Address account) {
    this.account = account;
    server = listen(0);
  }

  private HttpServer listen(int port) {
    try {
      HttpServer made =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
      made.createContext("/", this::handle);
      made.start();
      return made;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  ChainClient client(int answerBytesMax) {
    ChainClientSettings settings =
        new ChainClientSettings(
            uri(), Duration.ofSeconds(5), Duration.ofSeconds(20), answerBytesMax);
    return new ChainClient(new RpcConnection(settings, this::millis, Optional.of(this::pass)));
  }

  ChainClient client() {
    return client(1 << 20);
  }

  private synchronized long millis() {
    return millis;
  }

  private synchronized boolean pass(Duration time) {
    millis += time.toMillis();
    if (!standsStill) {
      makeBlock();
    }
    return true;
  }

  synchronized void mishap(Mishap mishap) {
    mishaps.add(mishap);
  }

  synchronized void answer(String path, Message message) {
    answers.put(path, message);
  }

  synchronized void makeBlock() {
    height++;
    for (byte[] bytes : pool) {
      if (forget > 0) {
        forget--;
        continue;
      }
      Digest32 hash = Transaction.hash(bytes);
      ObjectNode result = MAPPER.createObjectNode();
      if (dropFromPool > 0) {
        dropFromPool--;
        results.put(hash, result.put("dropped", height));
        continue;
      }
      boolean refused = refuseNextInBlock > 0;
      refuseNextInBlock -= refused ? 1 : 0;
      sequence++;
      result.put("hash", hash.toHex()).put("height", Long.toString(height)).put("index", 0);
      result
          .putObject("tx_result")
          .put("code", refused ? 3 : 0)
          .put("data", refused ? null : Base64.getEncoder().encodeToString(new byte[] {7}))
          .put("log", refused ? "too late" : "")
          .put("codespace", refused ? "exacta" : "");
      results.put(hash, result);
    }
    pool.clear();
  }

  /** Lets nobody in on this port until it is restarted. */
  synchronized void stop() {
    server.stop(0);
  }

  synchronized void restart() {
    server = listen(server.getAddress().getPort());
  }

  @Override
  public synchronized void close() {
    server.stop(0);
  }

  private synchronized void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode request = MAPPER.readTree(exchange.getRequestBody().readAllBytes());
      String method = request.path("method").asString("");
      if (!mishaps.isEmpty() && mishaps.getFirst().strike(method, exchange)) {
        mishaps.removeFirst();
        return;
      }
      JsonNode parameters = request.path("params");
      ObjectNode answer = MAPPER.createObjectNode().put("jsonrpc", "2.0").put("id", 1);
      switch (method) {
        case "status" ->
            answer
                .putObject("result")
                .putObject("sync_info")
                .put("latest_block_height", Long.toString(height));
        case "abci_query" -> query(answer, parameters.path("path").asString(""));
        case "broadcast_tx_sync" ->
            broadcast(answer, Base64.getDecoder().decode(parameters.path("tx").asString("")));
        case "tx" ->
            transaction(
                answer,
                Digest32.of(Base64.getDecoder().decode(parameters.path("hash").asString(""))));
        default -> error(answer, "no such method");
      }
      send(exchange, 200, MAPPER.writeValueAsBytes(answer));
    }
  }

  static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  static void send(HttpExchange exchange, int status, String body) throws IOException {
    send(exchange, status, body.getBytes(StandardCharsets.UTF_8));
  }

  private static void error(ObjectNode answer, String data) {
    answer
        .putObject("error")
        .put("code", -32603)
        .put("message", "Internal error")
        .put("data", data);
  }

  private void query(ObjectNode answer, String path) {
    ObjectNode response = answer.putObject("result").putObject("response");
    Optional<Message> found =
        switch (path) {
          case QueryPaths.PARAMETERS ->
              Optional.of(
                  QueryParametersResponse.newBuilder()
                      .setChainId(ID)
                      .setParameters(ChainParameters.newBuilder().setBlockIntervalMillis(500))
                      .build());
          case QueryPaths.ACCOUNT -> Optional.of(accountAnswer());
          default -> Optional.ofNullable(answers.get(path));
        };
    response
        .put("code", found.isPresent() ? 0 : 22)
        .put("codespace", found.isPresent() ? "" : "sdk")
        .put("log", found.isPresent() ? "" : "rpc error: code = NotFound")
        .put("height", Long.toString(height))
        .put(
            "value",
            found
                .map(message -> Base64.getEncoder().encodeToString(message.toByteArray()))
                .orElse(null));
  }

  private Message accountAnswer() {
    BaseAccount base =
        BaseAccount.newBuilder()
            .setAddress(account.toString())
            .setAccountNumber(ACCOUNT_NUMBER)
            .setSequence(sequence)
            .build();
    Any any =
        Any.newBuilder()
            .setTypeUrl("/cosmos.auth.v1beta1.BaseAccount")
            .setValue(base.toByteString())
            .build();
    return QueryAccountResponse.newBuilder().setAccount(any).build();
  }

  private void broadcast(ObjectNode answer, byte[] bytes) {
    broadcasts++;
    Digest32 hash = Transaction.hash(bytes);
    boolean waits = pool.stream().anyMatch(other -> Transaction.hash(other).equals(hash));
    if (waits || tookEffect(hash)) {
      error(answer, "tx already exists in cache");
      return;
    }
    Transaction transaction = (Transaction) Transaction.decode(bytes);
    ObjectNode result = answer.putObject("result").put("hash", hash.toHex()).put("data", "");
    long expected = sequence + pool.size();
    if (!transaction.signatureValid(ID, ACCOUNT_NUMBER)) {
      result.put("code", 4).put("codespace", "sdk").put("log", "bad signature");
    } else if (transaction.sequence() != expected) {
      result
          .put("code", 32)
          .put("codespace", "sdk")
          .put(
              "log",
              "account sequence mismatch, expected %d, got %d: incorrect account sequence"
                  .formatted(expected, transaction.sequence()));
    } else {
      pool.add(bytes);
      result.put("code", 0).put("codespace", "").put("log", "");
    }
  }

  private boolean tookEffect(Digest32 hash) {
    ObjectNode result = results.get(hash);
    return result != null && result.path("tx_result").path("code").asInt(-1) == 0;
  }

  private void transaction(ObjectNode answer, Digest32 hash) {
    ObjectNode result = results.get(hash);
    String unknown = "tx (" + hash.toHex() + ") not found";
    if (result == null) {
      error(answer, unknown);
    } else if (result.has("dropped")) {
      error(
          answer,
          unknown
              + ": it left the pool at height %d with code 32 (sdk): account sequence mismatch,"
                  .formatted(result.path("dropped").asLong())
              + " expected 1, got 2");
    } else {
      answer.set("result", result);
    }
  }
}
