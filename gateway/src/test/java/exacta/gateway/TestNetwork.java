package exacta.gateway;

import exacta.primitives.Amount;
import exacta.primitives.Entropy;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A gateway with scripted hosts and a chain in memory. */
final class TestNetwork implements AutoCloseable {
  static final String API_KEY = "sk-exacta-0123456789abcdef";
  static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Duration LONG = Duration.ofSeconds(60);

  final ManualClock clock = new ManualClock();
  final FakeChain chain = new FakeChain();
  final RecentRequests recent = new RecentRequests(16);
  final List<ScriptedHost> hosts = new ArrayList<>();
  final TestModel model;
  private final Path home;
  private final HttpClient client = HttpClient.newHttpClient();
  private Gateway gateway;

  TestNetwork(TestModel model, Path home, int hostCount) {
    this.model = model;
    this.home = home;
    chain.model(model.record());
    for (int i = 0; i < hostCount; i++) {
      addHost();
    }
    start();
  }

  ScriptedHost addHost() {
    ScriptedHost host = ScriptedHost.start(model, hosts.size());
    hosts.add(host);
    chain.host(host.record(1));
    return host;
  }

  /** The gateway starts on the books that the former one left. */
  void start() {
    Random random = new Random(11);
    Entropy entropy =
        out -> {
          synchronized (random) {
            random.nextBytes(out);
          }
        };
    GatewaySettings settings =
        GatewaySettings.onLoopback(0, home, List.of(API_KEY)).withLaneFund(Amount.ofCoins(1));
    gateway = Gateway.startStill(settings, chain, clock, entropy, recent);
    gateway.keeper().tend();
  }

  /** All hosts settle what they gave, and the gateway sees it. */
  void settle() {
    for (ScriptedHost host : hosts) {
      chain.settle(host.address(), host.lastNumber(), host.givenSum());
    }
    gateway.keeper().tend();
  }

  void stopGateway() {
    gateway.close();
  }

  Gateway gateway() {
    return gateway;
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + gateway.port() + path);
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(uri(path))
        .timeout(LONG)
        .header("Authorization", "Bearer " + API_KEY)
        .header("Content-Type", "application/json");
  }

  HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError("the gateway answers", e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  HttpResponse<String> post(String path, String body) {
    return send(request(path).POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  HttpResponse<String> chat(String fields) {
    return post(
        "/v1/chat/completions",
        "{\"model\":\"tiny\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]%s}"
            .formatted(fields));
  }

  static JsonNode json(HttpResponse<String> response) {
    return JSON.readTree(response.body());
  }

  /** The data of the events of a stream, without the last one, which must be {@code [DONE]}. */
  static List<JsonNode> events(HttpResponse<String> response) {
    List<JsonNode> events = new ArrayList<>();
    String[] parts = response.body().split("\n\n");
    for (int i = 0; i < parts.length; i++) {
      if (!parts[i].startsWith("data: ")) {
        throw new AssertionError("not an event: " + parts[i]);
      }
      String data = parts[i].substring(6);
      boolean last = i == parts.length - 1;
      if (last != data.equals("[DONE]")) {
        throw new AssertionError("[DONE] is the last event, and only that: " + response.body());
      }
      if (!last) {
        events.add(JSON.readTree(data));
      }
    }
    return events;
  }

  /** The text of a chat stream. */
  static String text(List<JsonNode> events) {
    StringBuilder text = new StringBuilder();
    for (JsonNode event : events) {
      for (JsonNode choice : event.get("choices").values()) {
        text.append(choice.path("delta").path("content").asString(""));
      }
    }
    return text.toString();
  }

  static String text(JsonNode whole) {
    return whole.get("choices").get(0).get("message").get("content").asString();
  }

  @Override
  public void close() {
    gateway.close();
    hosts.forEach(ScriptedHost::close);
    client.close();
  }
}
