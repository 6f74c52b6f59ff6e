package exacta.chainclient;

import exacta.primitives.Clock;
import exacta.primitives.ExactaException;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Calls of JSON-RPC 2.0, each with its bound on time and size. Where nobody answers, as while the
 * chain restarts, a call tries again within the settings' patience; so every method that is called
 * here may be carried out twice. Safe for several threads.
 */
final class RpcConnection implements AutoCloseable {
  private static final Duration CONNECT_MAX = Duration.ofSeconds(5);
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(200);
  private static final int DEPTH_MAX = 32;
  private static final int SHOWN_CHARACTERS_MAX = 200;

  private final ChainClientSettings settings;
  private final Clock clock;
  private final Pause pause;
  private final JsonMapper mapper;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(CONNECT_MAX).build();
  private final CountDownLatch closed = new CountDownLatch(1);

  RpcConnection(ChainClientSettings settings, Clock clock, Optional<Pause> pause) {
    this.settings = settings;
    this.clock = clock;
    this.pause = pause.orElse(time -> !closed.await(time.toMillis(), TimeUnit.MILLISECONDS));
    mapper =
        JsonMapper.builder(
                JsonFactory.builder()
                    .streamReadConstraints(
                        StreamReadConstraints.builder()
                            .maxNestingDepth(DEPTH_MAX)
                            .maxStringLength(settings.answerBytesMax())
                            .build())
                    .build())
            .build();
  }

  ObjectNode parameters() {
    return mapper.createObjectNode();
  }

  Clock clock() {
    return clock;
  }

  ChainClientSettings settings() {
    return settings;
  }

  /**
   * The result of a call.
   *
   * @throws RpcErrorException if the chain refuses the call
   * @throws ExactaException if it cannot be reached, or what answers is no chain
   */
  JsonNode call(String method, ObjectNode parameters) throws RpcErrorException {
    ObjectNode request = mapper.createObjectNode().put("jsonrpc", "2.0").put("id", 1);
    byte[] body = mapper.writeValueAsBytes(request.put("method", method).set("params", parameters));
    long deadline = clock.millis() + settings.patience().toMillis();
    while (true) {
      try {
        return result(method, post(body));
      } catch (IOException e) {
        if (clock.millis() >= deadline) {
          throw unreachable(method, e);
        }
      }
      pause(BETWEEN_TRIES, method);
    }
  }

  private HttpResponse<byte[]> post(byte[] body) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(settings.rpc())
            .header("Content-Type", "application/json")
            .timeout(settings.requestMax())
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    CompletableFuture<HttpResponse<byte[]>> answer =
        http.sendAsync(
            request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), settings.answerBytesMax()));
    try {
      // The request's own timeout ends with the head of the answer; this one bounds all of it.
      return answer.get(settings.requestMax().toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw new IOException(reason(cause), cause);
      }
      throw new IOException(reason(e.getCause()), e.getCause());
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw new IOException("no answer within " + settings.requestMax().toMillis() + " ms", e);
    } catch (InterruptedException e) {
      answer.cancel(true);
      throw interrupted("asking the chain", e);
    }
  }

  private static String reason(Throwable failure) {
    String text = failure.getMessage();
    String kind = failure.getClass().getSimpleName();
    return text == null ? kind : kind + ": " + text;
  }

  private JsonNode result(String method, HttpResponse<byte[]> response) throws RpcErrorException {
    JsonNode answer;
    try {
      answer = mapper.readTree(response.body());
    } catch (JacksonException e) {
      throw noChain(method, response, e.getOriginalMessage());
    }
    Optional<JsonNode> error = answer.optional("error").filter(JsonNode::isObject);
    if (error.isPresent()) {
      String message = text(error.get(), "message");
      String data = text(error.get(), "data");
      throw new RpcErrorException(data.isEmpty() ? message : data);
    }
    return answer
        .optional("result")
        .filter(JsonNode::isObject)
        .orElseThrow(() -> noChain(method, response, "neither result nor error"));
  }

  private ExactaException noChain(String method, HttpResponse<byte[]> response, String problem) {
    return ExactaException.error(
        "what answers at %s is not the RPC of a chain (%s: HTTP %d, %s); check the address"
            .formatted(settings.rpc(), method, response.statusCode(), shown(problem)));
  }

  private ExactaException unreachable(String method, IOException cause) {
    return new ExactaException(
        ExactaException.Category.ERROR,
        "cannot reach the chain at %s (%s: %s); is it running, and is this its RPC address?"
            .formatted(settings.rpc(), method, shown(cause.getMessage())),
        cause);
  }

  static ExactaException interrupted(String what, InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new ExactaException(ExactaException.Category.ERROR, "interrupted while " + what, cause);
  }

  /** A field's text, empty where there is none. */
  static String text(JsonNode node, String field) {
    return node.optional(field).filter(JsonNode::isString).map(JsonNode::asString).orElse("");
  }

  static String shown(String text) {
    String line = text.replaceAll("\\p{Cntrl}", " ");
    return line.length() <= SHOWN_CHARACTERS_MAX
        ? line
        : line.substring(0, SHOWN_CHARACTERS_MAX) + "...";
  }

  /** Lets time pass, or ends the call if the client is closed. */
  void pause(Duration time, String what) {
    try {
      if (!pause.pass(time)) {
        throw ExactaException.error("the chain client was closed during " + what);
      }
    } catch (InterruptedException e) {
      throw interrupted(what, e);
    }
  }

  @Override
  public void close() {
    closed.countDown();
    http.shutdownNow();
  }
}
