package exacta.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Whatever is sent, there is an answer or the connection ends, and the gateway goes on. */
class HostileInputTest {
  private static final String KEY = "Authorization: Bearer " + TestNetwork.API_KEY + "\r\n";

  @TempDir Path folder;
  private TestNetwork network;

  @BeforeEach
  void start() {
    network = new TestNetwork(TestModel.create(folder), folder.resolve("home"), 1);
  }

  @AfterEach
  void stop() {
    network.close();
  }

  private void assertAlive() {
    HttpResponse<String> response = network.chat(",\"max_tokens\":3");
    assertEquals(200, response.statusCode(), response.body());
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), network.gateway().port());
    socket.setSoTimeout(30_000);
    return socket;
  }

  /** Sends bytes and reads until the connection ends, at most the first bytes of an answer. */
  private String exchange(String text) throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      socket.shutdownOutput();
      byte[] answer = socket.getInputStream().readNBytes(4096);
      return new String(answer, StandardCharsets.ISO_8859_1);
    }
  }

  @Test
  void refusesFiftyMegabytesWithoutKeepingThem() {
    byte[] step = new byte[1 << 20];
    Arrays.fill(step, (byte) ' ');
    for (String key : List.of(TestNetwork.API_KEY, "sk-wrong")) {
      HttpResponse<String> response =
          network.send(
              network
                  .request("/v1/chat/completions")
                  .setHeader("Authorization", "Bearer " + key)
                  .POST(BodyPublishers.ofByteArrays(Collections.nCopies(50, step))));
      assertEquals(key.equals("sk-wrong") ? 401 : 413, response.statusCode());
      assertTrue(TestNetwork.json(response).has("error"));
    }
    assertAlive();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "GARBAGE\r\n\r\n",
        "GET / HTTP/9.9\r\n\r\n",
        "POST /v1/chat/completions HTTP/1.1\r\n",
        "POST /v1/chat/completions HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
        "POST /v1/chat/completions HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "POST /v1/chat/completions HTTP/1.1\r\nContent-Length: 100\r\n\r\n{}",
        "POST /v1/chat/completions HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        "POST /v1/chat/completions HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}",
        "GET /v1/models/%zz HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /v1/models/%00%0a HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
        "\u0000\u0001\u0002\u00ff\u00fe"
      })
  void survivesHalfAndBrokenRequests(String request) throws IOException {
    exchange(request);
    exchange(request.replaceFirst("HTTP/1.1\r\n", "HTTP/1.1\r\nHost: x\r\n" + KEY));
    assertAlive();
  }

  @Test
  void answersWhatIsNoHttpInTheSameForm() throws IOException {
    String answer = exchange("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nbad header\r\n\r\n");
    assertTrue(answer.startsWith("HTTP/1.1 400"), answer);
    assertTrue(answer.contains("{\"error\":{\"message\":"), answer);
  }

  @Test
  void refusesHugeHeaders() throws IOException {
    String huge = "GET /health HTTP/1.1\r\nHost: x\r\nX: " + "a".repeat(100_000) + "\r\n\r\n";
    try (Socket socket = connect()) {
      OutputStream out = socket.getOutputStream();
      out.write(huge.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
      String answer = new String(socket.getInputStream().readNBytes(12), StandardCharsets.UTF_8);
      assertTrue(answer.startsWith("HTTP/1.1 4"), answer);
    } catch (IOException e) {
      assertTrue(e.getMessage().contains("reset") || e.getMessage().contains("pipe"));
    }
    assertAlive();
  }

  @Test
  void cancelsTheOrderWhenTheClientOfAStreamGoesAway() throws IOException, InterruptedException {
    ScriptedHost host = network.hosts.getFirst();
    host.script(new ScriptedHost.Script.Drips());
    String body =
        "{\"model\":\"tiny\",\"stream\":true,\"max_tokens\":900,"
            + "\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
    try (Socket socket = connect()) {
      String request =
          "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\n%sContent-Length: %d\r\n\r\n%s"
              .formatted(KEY, body.length(), body);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      InputStream in = socket.getInputStream();
      String start = new String(in.readNBytes(200), StandardCharsets.UTF_8);
      assertTrue(start.startsWith("HTTP/1.1 200"), start);
      socket.setSoLinger(true, 0);
    }
    assertTrue(host.left().await(60, TimeUnit.SECONDS), "the gateway left the host's stream");
    host.script(new ScriptedHost.Script.Honest());
    assertAlive();
    RecentRequest abandoned = network.recent.latest().getLast();
    assertEquals("abandoned", abandoned.finish());
    assertEquals(List.of(1L), host.orders().getLast().getOpenList());
    network.settle();
    assertAlive();
    assertEquals(List.of(), host.orders().getLast().getOpenList());
  }

  private static final Set<Integer> DOCUMENTED = Set.of(200, 400, 404, 413, 503);

  @Test
  void answersEveryMutationOfARequestWithADocumentedStatus() {
    Random random = new Random(2);
    String chat =
        """
        {"model":"tiny","max_tokens":5,"temperature":0.7,"top_p":0.9,"top_k":5,"seed":12,
         "stop":["ab","c"],"stream":false,"n":1,"logit_bias":{},"user":"me",
         "logprobs":true,"top_logprobs":2,"tool_choice":"required","parallel_tool_calls":false,
         "tools":[{"type":"function","function":{"name":"f","strict":true,"parameters":
          {"type":"object","properties":{"a":{"$ref":"#/$defs/a"},"b":{"anyOf":[true]}},
           "$defs":{"a":{"enum":[1,null]}}}}}],
         "messages":[{"role":"system","content":"Be brief."},
          {"role":"user","content":[{"type":"text","text":"Hi 😀"}]},
          {"role":"assistant","tool_calls":[{"id":"1","type":"function",
            "function":{"name":"f","arguments":"{\\"a\\":1.5}"}}]},
          {"role":"tool","tool_call_id":"1","content":"5"}]}\
        """;
    String text =
        """
        {"model":"tiny","max_tokens":5,"prompt":"Once","stream":true,
         "stream_options":{"include_usage":true},"echo":false,"best_of":1,"suffix":null}\
        """;
    for (int run = 0; run < 600; run++) {
      boolean isChat = random.nextBoolean();
      JsonNode node = TestNetwork.JSON.readTree(isChat ? chat : text);
      byte[] body = TestNetwork.JSON.writeValueAsBytes(JsonMutations.mutate(node, random));
      if (random.nextInt(4) == 0) {
        body[random.nextInt(body.length)] = (byte) random.nextInt(256);
      }
      HttpResponse<String> response =
          network.send(
              network
                  .request(isChat ? "/v1/chat/completions" : "/v1/completions")
                  .POST(BodyPublishers.ofByteArray(body)));
      String shown = "run %d: %s -> %s".formatted(run, new String(body), response.body());
      assertTrue(DOCUMENTED.contains(response.statusCode()), shown);
      assertTrue(response.statusCode() != 503, shown);
      if (response.statusCode() != 200) {
        assertTrue(TestNetwork.json(response).get("error").get("message").isString(), shown);
      }
    }
    assertAlive();
  }
}
