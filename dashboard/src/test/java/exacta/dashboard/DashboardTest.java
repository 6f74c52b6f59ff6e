package exacta.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.primitives.Amount;
import exacta.primitives.ExactaException;
import io.helidon.webserver.WebServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Timeout(60)
class DashboardTest {
  private static final String EVIL = "</script><img src=x onerror=alert(1)>";

  private final FakeChain chain = new FakeChain();
  private final AtomicLong time = new AtomicLong(1_000_000);
  private List<RequestLine> lines = List.of();
  private WebServer server;
  private HttpClient client;

  @BeforeEach
  void start() {
    server =
        WebServer.builder()
            .host("127.0.0.1")
            .port(0)
            .shutdownHook(false)
            .routing(routing -> routing.register(new Dashboard(chain, () -> lines, time::get)))
            .build()
            .start();
    client = HttpClient.newHttpClient();
  }

  @AfterEach
  void stop() {
    client.close();
    server.stop();
  }

  private HttpResponse<String> get(String path, String... headers)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/dashboard/page.css",
        "/dashboard/page.js",
        "/dashboard/format.js",
        "/dashboard/chat.js",
        "/dashboard/icon.svg",
        "/dashboard/state"
      })
  void everyAnswerRunsOwnScriptsOnly(String path) throws Exception {
    HttpResponse<String> response = get(path);
    assertEquals(200, response.statusCode());
    String policy = header(response, "Content-Security-Policy");
    assertTrue(policy.startsWith("default-src 'none'; script-src 'self';"), policy);
    assertFalse(policy.contains("unsafe"), policy);
    assertEquals("nosniff", header(response, "X-Content-Type-Options"));
    assertEquals("no-referrer", header(response, "Referrer-Policy"));
  }

  @Test
  void thePageLoadsNothingFromElsewhereAndHasNoScriptInside() throws Exception {
    String page = get("/").body();
    Matcher sources = Pattern.compile("(?:src|href)=\"([^\"#]+)\"").matcher(page);
    while (sources.find()) {
      assertTrue(sources.group(1).startsWith("/dashboard/"), sources.group());
      assertEquals(200, get(sources.group(1)).statusCode(), sources.group());
    }
    assertFalse(Pattern.compile("<script(?![^>]*\\bsrc=)").matcher(page).find());
    assertFalse(Pattern.compile("\\son[a-z]+=|\\sstyle=|<style").matcher(page).find());
  }

  @ParameterizedTest
  @ValueSource(strings = {"page.js", "format.js", "chat.js"})
  void scriptsNeverReadTextAsMarkup(String name) throws Exception {
    String script = get("/dashboard/" + name).body();
    assertFalse(
        Pattern.compile("innerHTML|outerHTML|insertAdjacent|document\\.write|eval\\(|Function\\(")
            .matcher(script)
            .find());
  }

  @Test
  void strangersTextsStayTextsInsideJson() throws Exception {
    chain.hosts = List.of(FakeChain.host(EVIL, 1));
    lines =
        List.of(
            new RequestLine(
                0, EVIL, "gonka1a", "ab", 1, 1, 1, Amount.ZERO, RequestLine.State.RUNNING));
    HttpResponse<String> response = get("/dashboard/state");
    assertEquals("application/json", header(response, "Content-Type"));
    JsonNode state = JsonMapper.shared().readTree(response.body());
    assertEquals(EVIL, state.at("/hosts/0/address").asString());
    assertEquals(EVIL, state.at("/requests/0/model").asString());
  }

  @Test
  void whoHasTheStateGetsNotModified() throws Exception {
    String tag = header(get("/dashboard/state"), "ETag");
    HttpResponse<String> again = get("/dashboard/state", "If-None-Match", tag);
    assertEquals(304, again.statusCode());
    assertEquals("", again.body());

    chain.height++;
    time.addAndGet(1_000);
    assertEquals(200, get("/dashboard/state", "If-None-Match", tag).statusCode());
  }

  @Test
  void aRequestShowsBeforeTheNextBlock() throws Exception {
    String tag = header(get("/dashboard/state"), "ETag");
    lines = List.of(StateJsonTest.line(1, RequestLine.State.RUNNING, 0));
    HttpResponse<String> response = get("/dashboard/state", "If-None-Match", tag);
    assertEquals(200, response.statusCode());
    assertTrue(response.body().contains("\"stage\":\"running\""), response.body());
  }

  @Test
  void aSilentChainIsSaidPlainly() throws Exception {
    get("/dashboard/state");
    chain.failure = Optional.of(ExactaException.error("connection refused"));
    time.addAndGet(1_000);
    JsonNode state = JsonMapper.shared().readTree(get("/dashboard/state").body());
    assertFalse(state.get("answers").asBoolean());
    assertEquals("connection refused", state.get("problem").asString());
    assertEquals(1_000_000, state.get("staleSinceMillis").asLong());
    assertEquals(1094, state.get("height").asLong());
  }
}
