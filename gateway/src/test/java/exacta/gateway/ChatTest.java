package exacta.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class ChatTest {
  @TempDir Path folder;
  private TestNetwork network;

  @BeforeEach
  void start() {
    network = new TestNetwork(TestModel.create(folder), folder.resolve("home"), 2);
  }

  @AfterEach
  void stop() {
    network.close();
  }

  @Test
  void answersWithTextCountsAndReceipt() {
    HttpResponse<String> response = network.chat(",\"seed\":1");
    assertEquals(200, response.statusCode(), response.body());
    JsonNode body = TestNetwork.json(response);
    assertEquals("chat.completion", body.get("object").asString());
    assertEquals("tiny", body.get("model").asString());
    assertTrue(body.get("id").asString().startsWith("chatcmpl-"));
    assertEquals("stop", body.get("choices").get(0).get("finish_reason").asString());
    assertFalse(TestNetwork.text(body).isEmpty());
    JsonNode usage = body.get("usage");
    assertEquals(
        usage.get("total_tokens").asInt(),
        usage.get("prompt_tokens").asInt() + usage.get("completion_tokens").asInt());
    JsonNode exacta = body.get("exacta");
    assertEquals(
        usage.get("prompt_tokens").asLong() + 2 * usage.get("completion_tokens").asLong(),
        exacta.get("cost").asLong());
    assertEquals(64, exacta.get("receipt").asString().length());
    assertEquals(1, exacta.get("parts").size());
  }

  @Test
  void streamsTheSameText() {
    String whole = TestNetwork.text(TestNetwork.json(network.chat(",\"seed\":1")));
    HttpResponse<String> response = network.chat(",\"seed\":1,\"stream\":true");
    assertEquals(200, response.statusCode());
    assertTrue(
        response.headers().firstValue("content-type").orElse("").startsWith("text/event-stream"));
    List<JsonNode> events = TestNetwork.events(response);
    assertEquals(whole, TestNetwork.text(events));
    assertEquals(
        "assistant", events.getFirst().get("choices").get(0).get("delta").get("role").asString());
    JsonNode last = events.getLast();
    assertEquals("stop", last.get("choices").get(0).get("finish_reason").asString());
    assertTrue(last.get("exacta").get("cost").asLong() > 0);
  }
}
