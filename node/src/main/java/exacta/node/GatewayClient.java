package exacta.node;

import exacta.primitives.ExactaException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Talks to a gateway as any OpenAI client does. Safe for several threads. */
public final class GatewayClient {
  private static final Duration ANSWER_MAX = Duration.ofMinutes(10);
  private static final String DATA = "data: ";
  private static final String DONE = "[DONE]";

  /**
   * What comes first where the caller says nothing: else a model's template puts in words of its
   * own, with which the default model, a very small one, answers worse.
   */
  private static final Line SYSTEM = new Line("system", "Answer in one short sentence.");

  private final URI completions;
  private final String apiKey;
  private final String model;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();

  /**
   * @param gateway its base address, without {@code /v1}
   */
  public GatewayClient(URI gateway, String apiKey, String model) {
    this.completions = URI.create(gateway + "/v1/chat/completions");
    this.apiKey = apiKey;
    this.model = model;
  }

  /** A line of a conversation; the role is {@code user}, {@code assistant} or {@code system}. */
  public record Line(String role, String text) {}

  /**
   * An answer.
   *
   * @param exacta what the gateway says about it beside the OpenAI fields
   */
  public record Answer(String text, String finish, JsonNode exacta) {}

  /**
   * Asks and waits for all of the answer.
   *
   * @throws ExactaException (error) with the gateway's own words if there is none
   */
  public Answer ask(List<Line> lines, int maxTokens) {
    HttpResponse<String> response = send(request(lines, maxTokens, false), BodyHandlers.ofString());
    JsonNode body = parse(response.body());
    if (response.statusCode() != 200) {
      throw refused(response.statusCode(), body);
    }
    JsonNode choice = body.path("choices").path(0);
    return new Answer(
        choice.path("message").path("content").asString(""),
        choice.path("finish_reason").asString(""),
        body.path("exacta"));
  }

  /** Asks, and hands out the text as it comes. */
  public Answer stream(List<Line> lines, int maxTokens, Consumer<String> sink) {
    HttpResponse<Stream<String>> response =
        send(request(lines, maxTokens, true), BodyHandlers.ofLines());
    StringBuilder text = new StringBuilder();
    String finish = "";
    JsonNode exacta = JsonMapper.shared().createObjectNode();
    try (Stream<String> body = response.body()) {
      if (response.statusCode() != 200) {
        throw refused(response.statusCode(), parse(String.join("\n", body.toList())));
      }
      for (Iterator<String> it = body.iterator(); it.hasNext(); ) {
        String line = it.next();
        if (!line.startsWith(DATA) || line.equals(DATA + DONE)) {
          continue;
        }
        JsonNode chunk = parse(line.substring(DATA.length()));
        if (chunk.has("error")) {
          throw refused(response.statusCode(), chunk);
        }
        JsonNode choice = chunk.path("choices").path(0);
        String piece = choice.path("delta").path("content").asString("");
        if (!piece.isEmpty()) {
          text.append(piece);
          sink.accept(piece);
        }
        finish = choice.path("finish_reason").asString(finish);
        exacta = chunk.has("exacta") ? chunk.path("exacta") : exacta;
      }
    }
    return new Answer(text.toString(), finish, exacta);
  }

  private HttpRequest request(List<Line> lines, int maxTokens, boolean stream) {
    ObjectNode body = JsonMapper.shared().createObjectNode();
    body.put("model", model);
    body.put("max_tokens", maxTokens);
    body.put("temperature", 0);
    body.put("stream", stream);
    ArrayNode messages = body.putArray("messages");
    if (!lines.getFirst().role().equals(SYSTEM.role())) {
      add(messages, SYSTEM);
    }
    lines.forEach(line -> add(messages, line));
    return HttpRequest.newBuilder(completions)
        .timeout(ANSWER_MAX)
        .header("Authorization", "Bearer " + apiKey)
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(JsonMapper.shared().writeValueAsString(body)))
        .build();
  }

  private static void add(ArrayNode messages, Line line) {
    messages.addObject().put("role", line.role()).put("content", line.text());
  }

  private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
    try {
      return http.send(request, handler);
    } catch (IOException e) {
      throw new ExactaException(
          ExactaException.Category.ERROR,
          "the gateway at " + completions + " does not answer: " + e + "; is it running?",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ExactaException(ExactaException.Category.ERROR, "the question was interrupted", e);
    }
  }

  private static JsonNode parse(String text) {
    try {
      return JsonMapper.shared().readTree(text);
    } catch (JacksonException e) {
      throw new ExactaException(
          ExactaException.Category.ERROR, "the gateway's answer is not JSON: " + text, e);
    }
  }

  private static ExactaException refused(int status, JsonNode body) {
    String reason = body.path("error").path("message").asString(body.toString());
    return ExactaException.error("the gateway refused (%d): %s".formatted(status, reason));
  }
}
