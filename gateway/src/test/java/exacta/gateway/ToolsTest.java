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

class ToolsTest {
  private static final String TOOLS =
      ",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"description\":\"Does.\","
          + "\"strict\":true,\"parameters\":{\"type\":\"object\","
          + "\"properties\":{\"a\":{\"type\":\"integer\"}},\"required\":[\"a\"]}}},"
          + "{\"type\":\"function\",\"function\":{\"name\":\"g\"}}]";

  @TempDir Path folder;
  private TestModel model;
  private TestNetwork network;

  @BeforeEach
  void start() {
    model = TestModel.create(folder);
    network = new TestNetwork(model, folder.resolve("home"), 1);
  }

  @AfterEach
  void stop() {
    network.close();
  }

  private JsonNode choice(HttpResponse<String> response) {
    assertEquals(200, response.statusCode(), response.body());
    return TestNetwork.json(response).get("choices").get(0);
  }

  private String schema() {
    return network.hosts.getFirst().requests().getLast().getParameters().getSchema();
  }

  private String prompt() {
    return exacta.engine.text.Detokenizer.text(
        model.card().tokenizer(),
        exacta.protocol.Tokens.ints(network.hosts.getFirst().requests().getLast().getPromptList()));
  }

  @Test
  void givesCallsAsOpenAiDoes() {
    model.say("I look.\n<tool_call>\n{\"name\": \"f\", \"arguments\": {\"a\": 5}}\n</tool_call>");
    JsonNode choice = choice(network.chat(TOOLS));
    assertEquals("tool_calls", choice.get("finish_reason").asString());
    JsonNode message = choice.get("message");
    assertEquals("I look.", message.get("content").asString());
    JsonNode call = message.get("tool_calls").get(0);
    assertTrue(call.get("id").asString().matches("[a-zA-Z0-9]{9}"));
    assertEquals("function", call.get("type").asString());
    assertEquals("f", call.get("function").get("name").asString());
    assertEquals("{\"a\":5}", call.get("function").get("arguments").asString());
    assertEquals("", schema());
    assertTrue(prompt().contains("<tools>"));
  }

  @Test
  void hasNoContentBesideCallsOnly() {
    model.say("<tool_call>{\"name\": \"g\", \"arguments\": {}}</tool_call>");
    JsonNode message = choice(network.chat(TOOLS)).get("message");
    assertTrue(message.get("content").isNull());
    assertEquals(1, message.get("tool_calls").size());
  }

  @Test
  void streamsTheSameCalls() {
    model.say(
        "So: <tool_call>{\"name\":\"f\",\"arguments\":{\"a\":1}}</tool_call>"
            + "<tool_call>{\"name\":\"g\",\"arguments\":{}}</tool_call>");
    List<JsonNode> events = TestNetwork.events(network.chat(TOOLS + ",\"stream\":true"));
    assertEquals("So:", TestNetwork.text(events));
    List<JsonNode> calls =
        events.stream()
            .flatMap(event -> event.at("/choices/0/delta/tool_calls").values().stream())
            .toList();
    assertEquals(2, calls.size());
    assertEquals(0, calls.get(0).get("index").asInt());
    assertEquals(1, calls.get(1).get("index").asInt());
    assertFalse(calls.get(0).get("id").equals(calls.get(1).get("id")));
    assertEquals("{\"a\":1}", calls.get(0).get("function").get("arguments").asString());
    assertEquals("tool_calls", events.getLast().at("/choices/0/finish_reason").asString());
  }

  @Test
  void answersWithTextWhereTheModelDoes() {
    String plain = TestNetwork.text(TestNetwork.json(network.chat(",\"seed\":1")));
    model.say(plain);
    JsonNode choice = choice(network.chat(TOOLS));
    assertEquals(plain, choice.get("message").get("content").asString());
    assertFalse(choice.get("message").has("tool_calls"));
    assertEquals("stop", choice.get("finish_reason").asString());
  }

  @Test
  void forcesACallByASchema() {
    model.say("{\"name\": \"f\", \"arguments\": {\"a\": 7}}");
    JsonNode any = choice(network.chat(TOOLS + ",\"tool_choice\":\"required\""));
    assertEquals("f", any.at("/message/tool_calls/0/function/name").asString());
    assertEquals("{\"a\": 7}", any.at("/message/tool_calls/0/function/arguments").asString());
    assertEquals("tool_calls", any.get("finish_reason").asString());
    assertTrue(schema().startsWith("{\"anyOf\":["), schema());
    String named =
        ",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"f\"}},\"stream\":true";
    List<JsonNode> events = TestNetwork.events(network.chat(TOOLS + named));
    assertTrue(schema().startsWith("{\"type\":\"object\""), schema());
    List<JsonNode> parts =
        events.stream()
            .map(event -> event.at("/choices/0/delta/tool_calls/0"))
            .filter(part -> !part.isMissingNode())
            .toList();
    assertTrue(parts.size() > 1, "arguments come as the model writes them");
    assertEquals("f", parts.getFirst().at("/function/name").asString());
    StringBuilder arguments = new StringBuilder();
    for (JsonNode part : parts) {
      assertEquals(0, part.get("index").asInt());
      assertEquals(part == parts.getFirst(), part.has("id"));
      arguments.append(part.at("/function/arguments").asString());
    }
    assertEquals("{\"a\": 7}", arguments.toString());
    assertEquals("tool_calls", events.getLast().at("/choices/0/finish_reason").asString());
  }

  @Test
  void tellsNothingOfToolsThatMustNotBeCalled() {
    String call = "<tool_call>{\"name\": \"g\", \"arguments\": {}}</tool_call>";
    model.say(call);
    JsonNode choice = choice(network.chat(TOOLS + ",\"tool_choice\":\"none\""));
    assertEquals(call, choice.get("message").get("content").asString());
    assertFalse(prompt().contains("<tools>"));
  }

  @Test
  void takesResultsBack() {
    model.say("Done.");
    HttpResponse<String> response =
        network.post(
            "/v1/chat/completions",
            "{\"model\":\"tiny\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"},"
                + "{\"role\":\"assistant\",\"content\":null,\"refusal\":null,\"tool_calls\":"
                + "[{\"id\":\"x\",\"type\":\"function\",\"function\":"
                + "{\"name\":\"f\",\"arguments\":\"{\\\"a\\\":1.5}\"}}]},"
                + "{\"role\":\"tool\",\"tool_call_id\":\"x\",\"content\":\"It is 5.\"}]"
                + TOOLS
                + "}");
    assertEquals("Done.", choice(response).get("message").get("content").asString());
    assertTrue(prompt().contains("{\"name\": \"f\", \"arguments\": {\"a\":1.5}}"), prompt());
    assertTrue(prompt().contains("<tool_response>\nIt is 5.\n</tool_response>"), prompt());
  }

  @Test
  void cutsArgumentsAtTheLimit() {
    model.say("{\"name\": \"f\", \"arguments\": {\"a\": 77777777777777}}");
    JsonNode choice =
        choice(network.chat(TOOLS + ",\"tool_choice\":\"required\",\"max_tokens\":40"));
    assertEquals("length", choice.get("finish_reason").asString());
    String arguments = choice.at("/message/tool_calls/0/function/arguments").asString();
    assertTrue(arguments.startsWith("{\"a\": 7"), arguments);
  }
}
