package exacta.consensus;

import com.google.protobuf.InvalidProtocolBufferException;
import exacta.ledger.QueryResult;
import exacta.ledger.TxEvent;
import exacta.ledger.TxResult;
import exacta.primitives.Digest32;
import exacta.primitives.ExactaException;
import exacta.primitives.Hasher;
import exacta.primitives.Height;
import exacta.protocol.QueryPaths;
import exacta.protocol.v1.QueryParametersRequest;
import exacta.protocol.v1.QueryParametersResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A chain whose blocks a CometBFT beside this process makes: the state is asked of the ledger here,
 * blocks and transactions of CometBFT's RPC. Safe for several threads.
 */
public final class CometChain implements RestChain, AutoCloseable {
  private static final Duration CONNECT_MAX = Duration.ofSeconds(2);
  private static final Duration ANSWER_MAX = Duration.ofSeconds(5);
  private static final int ANSWER_BYTES_MAX = 16 << 20;

  private final URI rpc;
  private final BiFunction<String, byte[], QueryResult> state;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(CONNECT_MAX).build();

  /** CometBFT answered with an error; the message is its detail. */
  private static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    RefusedException(String detail) {
      super(detail, null, false, false);
    }
  }

  /**
   * @param state answers a query's path and data from the newest committed state
   */
  public CometChain(URI rpc, BiFunction<String, byte[], QueryResult> state) {
    this.rpc = rpc;
    this.state = state;
  }

  @Override
  public String chainId() {
    QueryResult answer =
        state.apply(
            QueryPaths.PARAMETERS, QueryParametersRequest.getDefaultInstance().toByteArray());
    if (answer.code() != 0) {
      throw ExactaException.error("the chain has not begun: " + answer.log());
    }
    try {
      return QueryParametersResponse.parseFrom(answer.value()).getChainId();
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("the ledger answers with the message of its path", e);
    }
  }

  @Override
  public QueryResult query(String path, byte[] data) {
    return state.apply(path, data);
  }

  @Override
  public Broadcast broadcast(byte[] transaction) {
    Digest32 hash = Hasher.sha256(transaction);
    try {
      JsonNode result =
          call("broadcast_tx_sync", RpcJson.object().put("tx", RpcJson.base64(transaction)));
      TxResult checked =
          new TxResult(
              result.path("code").asInt(),
              result.path("codespace").asString(),
              result.path("log").asString(),
              new byte[0]);
      return new Broadcast.Checked(hash, checked);
    } catch (RefusedException e) {
      return e.getMessage().contains("tx already exists in cache")
          ? new Broadcast.Duplicate(hash)
          : new Broadcast.NoRoom(hash, e.getMessage());
    }
  }

  @Override
  public Optional<IncludedTransaction> transaction(Digest32 hash) {
    try {
      ObjectNode asked = RpcJson.object().put("hash", RpcJson.base64(hash.toBytes()));
      return Optional.of(read(hash, call("tx", asked.put("prove", false))));
    } catch (RefusedException e) {
      if (e.getMessage().contains("not found")) {
        return Optional.empty();
      }
      throw unreadable("tx", e.getMessage());
    }
  }

  private IncludedTransaction read(Digest32 hash, JsonNode answer) {
    try {
      JsonNode result = answer.path("tx_result");
      List<TxEvent> events = new ArrayList<>();
      for (JsonNode event : result.path("events")) {
        List<TxEvent.Attribute> attributes = new ArrayList<>();
        for (JsonNode each : event.path("attributes")) {
          attributes.add(
              new TxEvent.Attribute(each.path("key").asString(), each.path("value").asString()));
        }
        events.add(new TxEvent(event.path("type").asString(), attributes));
      }
      return new IncludedTransaction(
          hash,
          new Height(Long.parseLong(answer.path("height").asString())),
          answer.path("index").asInt(),
          bytes(answer.path("tx")),
          new TxResult(
              result.path("code").asInt(),
              result.path("codespace").asString(),
              result.path("log").asString(),
              bytes(result.path("data")),
              Long.parseLong(result.path("gas_wanted").asString("0")),
              Long.parseLong(result.path("gas_used").asString("0")),
              events));
    } catch (JacksonException | IllegalArgumentException e) {
      throw unreadable("tx", e.getMessage());
    }
  }

  /** Base64; no bytes are null in Go's JSON. */
  private static byte[] bytes(JsonNode node) {
    return node.isString() ? Base64.getDecoder().decode(node.asString()) : new byte[0];
  }

  @Override
  public long timeMillis(IncludedTransaction transaction) {
    try {
      ObjectNode asked = RpcJson.object().put("height", transaction.height().toString());
      String time = call("header", asked).path("header").path("time").asString();
      return Instant.parse(time).toEpochMilli();
    } catch (RefusedException | JacksonException | DateTimeException e) {
      throw unreadable("header", e.getMessage());
    }
  }

  private ExactaException unreadable(String method, String problem) {
    return ExactaException.error(
        "CometBFT's answer to %s at %s makes no sense: %s".formatted(method, rpc, problem));
  }

  private JsonNode call(String method, ObjectNode parameters) throws RefusedException {
    ObjectNode request = RpcJson.object().put("jsonrpc", "2.0").put("id", 1).put("method", method);
    byte[] body = RpcJson.MAPPER.writeValueAsBytes(request.set("params", parameters));
    JsonNode answer;
    try {
      answer = RpcJson.MAPPER.readTree(post(body));
    } catch (JacksonException e) {
      throw unreadable(method, e.getOriginalMessage());
    } catch (IOException e) {
      throw new ExactaException(
          ExactaException.Category.ERROR,
          "CometBFT's RPC at %s does not answer (%s); start it, or name its address with --rpc"
              .formatted(rpc, e.getMessage()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ExactaException(ExactaException.Category.ERROR, "the server stops", e);
    }
    if (answer.has("error")) {
      throw new RefusedException(
          answer.path("error").path("data").asString(answer.path("error").toString()));
    }
    return answer.path("result");
  }

  private byte[] post(byte[] body) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(rpc)
            .header("Content-Type", "application/json")
            .timeout(ANSWER_MAX)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    HttpResponse<byte[]> response =
        http.send(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), ANSWER_BYTES_MAX));
    return response.body();
  }

  @Override
  public void close() {
    http.shutdownNow();
    http.close();
  }
}
