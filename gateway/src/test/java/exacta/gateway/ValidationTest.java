package exacta.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class ValidationTest {
  private static TestNetwork network;

  @BeforeAll
  static void start(@TempDir Path folder) {
    network = new TestNetwork(TestModel.create(folder), folder.resolve("home"), 1);
  }

  @AfterAll
  static void stop() {
    network.close();
  }

  private static JsonNode error(int status, HttpResponse<String> response) {
    assertEquals(status, response.statusCode(), response.body());
    assertTrue(
        response.headers().firstValue("content-type").orElse("").startsWith("application/json"));
    JsonNode body = TestNetwork.json(response);
    assertEquals(1, body.size());
    JsonNode error = body.get("error");
    assertEquals(4, error.size());
    assertTrue(error.get("message").isString());
    assertTrue(error.has("param") && error.has("code"));
    return error;
  }

  private static void assertInvalid(String param, HttpResponse<String> response) {
    JsonNode error = error(400, response);
    assertEquals("invalid_request_error", error.get("type").asString());
    assertEquals(param, error.get("param").asString(), response.body());
  }

  private static String body(String fields) {
    return "{\"model\":\"tiny\",\"max_tokens\":3," + fields + "}";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          messages                    | "messages":"Hi"
          messages                    | "messages":[]
          messages                    | "messages":null
          messages[0]                 | "messages":["Hi"]
          messages[0].role            | "messages":[{"content":"Hi"}]
          messages[0].role            | "messages":[{"role":"function","content":"Hi"}]
          messages[0].tool_call_id    | "messages":[{"role":"tool","content":"Hi"}]
          messages[0].tool_call_id    | "messages":[{"role":"tool","content":"Hi","tool_call_id":"x"}]
          messages[0].content         | "messages":[{"role":"assistant"}]
          messages[0].role            | "messages":[{"role":7,"content":"Hi"}]
          messages[1].content         | "messages":[{"role":"user","content":"Hi"},{"role":"user"}]
          messages[0].content         | "messages":[{"role":"user","content":{"a":1}}]
          messages[0].content[0]      | "messages":[{"role":"user","content":["Hi"]}]
          messages[0].content[0].type | "messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"x"}}]}]
          messages[0].content[0].text | "messages":[{"role":"user","content":[{"type":"text"}]}]
          messages[0].content[0].more | "messages":[{"role":"user","content":[{"type":"text","text":"Hi","more":1}]}]
          messages[0].tool_calls      | "messages":[{"role":"user","content":"Hi","tool_calls":[{}]}]
          messages[0].tool_calls      | "messages":[{"role":"assistant","tool_calls":{}}]
          messages[0].tool_calls[0].id | "messages":[{"role":"assistant","content":"Hi","tool_calls":[{}]}]
          messages[0].tool_calls[0].type | "messages":[{"role":"assistant","tool_calls":[{"id":"x","type":"custom"}]}]
          messages[0].tool_calls[0].function.name | "messages":[{"role":"assistant","tool_calls":[{"id":"x","type":"function","function":{}}]}]
          messages[0].tool_calls[0].function.arguments | "messages":[{"role":"assistant","tool_calls":[{"id":"x","type":"function","function":{"name":"f","arguments":"[1]"}}]}]
          messages[0].tool_calls[0].function.arguments | "messages":[{"role":"assistant","tool_calls":[{"id":"x","type":"function","function":{"name":"f","arguments":"{\\"a\\":"}}]}]
          messages[0].images          | "messages":[{"role":"user","content":"Hi","images":[]}]
          """)
  void namesWhatIsWrongWithMessages(String param, String fields) {
    assertInvalid(param, network.post("/v1/chat/completions", body(fields)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          temperature     | "temperature":"hot"
          temperature     | "temperature":-0.1
          temperature     | "temperature":2.1
          temperature     | "temperature":1e999
          top_p           | "top_p":1.01
          top_p           | "top_p":[1]
          top_k           | "top_k":0.5
          top_k           | "top_k":-2
          seed            | "seed":1.5
          seed            | "seed":99999999999999999999
          stop            | "stop":["a","b","c","d","e"]
          stop            | "stop":""
          stop            | "stop":["a",null]
          stop            | "stop":7
          stop            | "stop":"\\ud800"
          stop            | "stop":"\\ufffd"
          stream          | "stream":"yes"
          stream_options  | "stream_options":{"include_usage":true}
          stream_options.x | "stream":true,"stream_options":{"x":1}
          n               | "n":2
          n               | "n":0
          logit_bias      | "logit_bias":[1]
          logit_bias      | "logit_bias":{"5":101}
          logit_bias      | "logit_bias":{"5":"1"}
          logit_bias      | "logit_bias":{"5":1e999}
          logit_bias      | "logit_bias":{"-5":1}
          logit_bias      | "logit_bias":{"five":1}
          logit_bias      | "logit_bias":{"5":1,"05":1}
          logit_bias      | "logit_bias":{"99999":1}
          presence_penalty | "presence_penalty":2.1
          presence_penalty | "presence_penalty":"much"
          frequency_penalty | "frequency_penalty":-2.1
          repetition_penalty | "repetition_penalty":0
          repetition_penalty | "repetition_penalty":11
          min_p           | "min_p":-0.1
          min_p           | "min_p":1.1
          no_such_thing   | "no_such_thing":1
          """)
  void namesWhatIsWrongWithCommonParameters(String param, String fields) {
    String chat = body("\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]," + fields);
    assertInvalid(param, network.post("/v1/chat/completions", chat));
    assertInvalid(param, network.post("/v1/completions", body("\"prompt\":\"Hi\"," + fields)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          max_completion_tokens | "max_completion_tokens":0
          max_completion_tokens | "max_completion_tokens":"ten"
          max_tokens      | "max_tokens":5,"max_completion_tokens":6
          max_tokens      | "max_tokens":99999999999
          messages        | "max_tokens":1024
          logprobs        | "logprobs":1
          top_logprobs    | "top_logprobs":3
          top_logprobs    | "logprobs":true,"top_logprobs":21
          tools           | "tools":{}
          tools[0].type   | "tools":[{"type":"custom","custom":{"name":"f"}}]
          tools[0].function | "tools":[{"type":"function"}]
          tools[0].more   | "tools":[{"type":"function","function":{"name":"f"},"more":1}]
          tools[0].function.name | "tools":[{"type":"function","function":{"name":"f g"}}]
          tools[1].function.name | "tools":[{"type":"function","function":{"name":"f"}},{"type":"function","function":{"name":"f"}}]
          tools[0].function.parameters | "tools":[{"type":"function","function":{"name":"f","parameters":[]}}]
          tools[0].function.parameters | "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"string"}}}]
          tools[0].function.parameters | "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","minProperties":1}}}],"tool_choice":"required"
          response_format | "tools":[{"type":"function","function":{"name":"f"}}],"response_format":{"type":"json_object"}
          parallel_tool_calls | "parallel_tool_calls":1
          tool_choice     | "tool_choice":"required"
          tool_choice     | "tool_choice":"sometimes"
          tool_choice     | "tool_choice":7
          tool_choice.type | "tool_choice":{"type":"allowed_tools"}
          tool_choice.function.name | "tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":{"type":"function","function":{"name":"g"}}
          functions       | "functions":[{"name":"f"}]
          response_format | "response_format":"json"
          response_format.type | "response_format":{"type":"xml"}
          response_format.more | "response_format":{"type":"json_object","more":1}
          response_format.json_schema | "response_format":{"type":"json_schema"}
          response_format.json_schema.schema | "response_format":{"type":"json_schema","json_schema":{"name":"x"}}
          response_format.json_schema.schema | "response_format":{"type":"json_schema","json_schema":{"name":"x","schema":{"type":"string","pattern":"a"}}}
          response_format.json_schema.schema | "response_format":{"type":"json_schema","json_schema":{"name":"x","schema":{"$ref":"#"}}}
          modalities      | "modalities":["text","audio"]
          audio           | "audio":{"voice":"alloy"}
          reasoning_effort | "reasoning_effort":"high"
          web_search_options | "web_search_options":{}
          """)
  void refusesWhatWouldChangeAChatAndIsNotSupported(String param, String fields) {
    assertInvalid(param, network.chat("," + fields));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          prompt   | "prompt":null
          prompt   | "prompt":7
          prompt   | "prompt":["a","b"]
          prompt   | "prompt":[]
          prompt   | "prompt":""
          prompt   | "prompt":[1,-2]
          prompt   | "prompt":[1,2.5]
          prompt   | "prompt":[99999]
          prompt   | "prompt":[99999999999]
          echo     | "prompt":"Hi","echo":true
          best_of  | "prompt":"Hi","best_of":2
          suffix   | "prompt":"Hi","suffix":"there"
          logprobs | "prompt":"Hi","logprobs":1
          messages | "prompt":"Hi","messages":[]
          """)
  void namesWhatIsWrongWithCompletions(String param, String fields) {
    assertInvalid(param, network.post("/v1/completions", body(fields)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"user\":\"me\",\"metadata\":{\"a\":\"b\"},\"store\":false",
        "\"service_tier\":\"auto\",\"safety_identifier\":\"x\",\"prompt_cache_key\":\"y\"",
        "\"n\":1,\"presence_penalty\":0,\"frequency_penalty\":0.0,\"logit_bias\":{}",
        "\"tools\":[],\"tool_choice\":\"none\",\"response_format\":{\"type\":\"text\"}",
        "\"logprobs\":false,\"stop\":null,\"seed\":null,\"temperature\":null,\"top_k\":-1",
        "\"top_p\":0,\"temperature\":0.0001,\"parallel_tool_calls\":true",
        "\"presence_penalty\":-2,\"frequency_penalty\":2,\"repetition_penalty\":1.1",
        "\"response_format\":{\"type\":\"json_object\"}",
        "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"x\",\"strict\":true,"
            + "\"schema\":{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\"}}}}}",
        "\"min_p\":0.05,\"logit_bias\":{\"5\":-100,\"7\":0.5}",
        "\"stop\":[],\"modalities\":[\"text\"],\"max_completion_tokens\":4"
      })
  void acceptsWhatClientsSendAndDoesNotMatter(String fields) {
    HttpResponse<String> response = network.chat("," + fields);
    assertEquals(200, response.statusCode(), response.body());
  }

  @Test
  void acceptsEveryFormOfMessages() {
    String messages =
        """
        "messages":[{"role":"developer","content":"Be brief."},
          {"role":"user","name":"Ann","content":[{"type":"text","text":"H"},{"type":"text","text":"i"}]},
          {"role":"assistant","content":"Hello","refusal":null,"annotations":[],"tool_calls":null},
          {"role":"user","content":""}]\
        """;
    HttpResponse<String> response = network.post("/v1/chat/completions", body(messages));
    assertEquals(200, response.statusCode(), response.body());
    assertEquals(3, TestNetwork.json(response).get("usage").get("completion_tokens").asInt());
  }

  @Test
  void acceptsEveryFormOfPrompts() {
    int[] ids = network.model.card().completionPrompt("the end");
    String tokens = TestNetwork.JSON.writeValueAsString(ids);
    String text = "";
    for (String prompt :
        new String[] {"\"the end\"", "[\"the end\"]", tokens, "[" + tokens + "]"}) {
      HttpResponse<String> response =
          network.post("/v1/completions", body("\"seed\":4,\"prompt\":" + prompt));
      assertEquals(200, response.statusCode(), response.body());
      JsonNode answer = TestNetwork.json(response);
      assertEquals("text_completion", answer.get("object").asString());
      assertEquals(ids.length, answer.get("usage").get("prompt_tokens").asInt());
      String next = answer.get("choices").get(0).get("text").asString();
      assertTrue(text.isEmpty() || text.equals(next));
      text = next;
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "   ",
        "null",
        "[]",
        "\"text\"",
        "{",
        "{\"model\":\"tiny\"",
        "{\"model\":\"tiny\"} {}",
        "{\"model\":\"tiny\",\"model\":\"tiny\"}",
        "{'model':'tiny'}",
        "{\"model\":NaN}",
        "\u0000\u0001"
      })
  void refusesWhatIsNoJsonObject(String body) {
    assertEquals(
        "invalid_request_error",
        error(400, network.post("/v1/chat/completions", body)).get("type").asString());
  }

  @Test
  void refusesDeepAndWideNonsense() {
    error(400, network.post("/v1/chat/completions", "[".repeat(100_000)));
    error(400, network.post("/v1/chat/completions", "{\"a\":".repeat(100_000)));
    error(400, network.chat(",\"seed\":" + "9".repeat(100_000)));
    error(400, network.chat(",\"" + "n".repeat(100_000) + "\":1"));
    error(400, network.chat(",\"temperature\":1e" + "9".repeat(30)));
  }

  @Test
  void refusesInvalidUtf8() {
    byte[] bytes = body("\"prompt\":\"x\"").getBytes(StandardCharsets.UTF_8);
    bytes[bytes.length - 3] = (byte) 0xff;
    error(
        400,
        network.send(network.request("/v1/completions").POST(BodyPublishers.ofByteArray(bytes))));
  }

  @Test
  void saysThatAModelIsMissing() {
    assertInvalid("model", network.post("/v1/completions", "{\"prompt\":\"Hi\"}"));
    assertInvalid("model", network.post("/v1/completions", "{\"model\":3,\"prompt\":\"Hi\"}"));
    JsonNode error =
        error(404, network.post("/v1/completions", "{\"model\":\"gpt-4\",\"prompt\":\"Hi\"}"));
    assertEquals("model_not_found", error.get("code").asString());
    assertEquals("model", error.get("param").asString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Bearer sk-wrong", "Bearer ", "Basic abc", "sk-exacta-0123456789abcdef", "B"})
  void refusesAWrongKey(String header) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(network.uri("/v1/models")).header("Authorization", header);
    JsonNode error = error(401, network.send(request));
    assertEquals("invalid_api_key", error.get("code").asString());
  }

  @Test
  void refusesWithoutAKey() {
    for (String path : new String[] {"/v1/models", "/v1/models/tiny"}) {
      error(401, network.send(HttpRequest.newBuilder(network.uri(path))));
    }
    HttpRequest.Builder chat =
        HttpRequest.newBuilder(network.uri("/v1/chat/completions"))
            .POST(BodyPublishers.ofString("{"));
    error(401, network.send(chat));
  }

  @Test
  void acceptsTheKeyInEitherCaseOfTheScheme() {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(network.uri("/v1/models"))
            .header("Authorization", "bearer " + TestNetwork.API_KEY);
    assertEquals(200, network.send(request).statusCode());
  }

  @Test
  void saysWhichMethodsAndPathsThereAre() {
    assertEquals(
        "method_not_supported",
        error(405, network.send(network.request("/v1/chat/completions"))).get("code").asString());
    error(405, network.post("/v1/models", "{}"));
    assertEquals(
        "unknown_url",
        error(404, network.send(network.request("/v1/embeddings"))).get("code").asString());
    error(404, network.send(network.request("/nothing")));
    error(404, network.send(network.request("/v1/models/none")));
  }

  @Test
  void listsModels() {
    JsonNode list = TestNetwork.json(network.send(network.request("/v1/models")));
    assertEquals("list", list.get("object").asString());
    JsonNode model = list.get("data").get(0);
    assertEquals("tiny", model.get("id").asString());
    assertEquals(model, TestNetwork.json(network.send(network.request("/v1/models/tiny"))));
    assertTrue(model.get("created").isIntegralNumber());
  }

  @Test
  void saysThatItIsHealthyWithoutAKey() {
    HttpResponse<String> response = network.send(HttpRequest.newBuilder(network.uri("/health")));
    assertEquals(200, response.statusCode());
    assertEquals("ok", TestNetwork.json(response).get("status").asString());
  }

  @Test
  void acceptsABodyOfTwoMebibytesAndRefusesALargerOne() {
    String filler = "x".repeat(RequestBody.BYTES_MAX - 200);
    HttpResponse<String> fits = network.chat(",\"user\":\"" + filler + "\"");
    assertEquals(200, fits.statusCode(), fits.body());
    JsonNode error = error(413, network.chat(",\"user\":\"" + filler + filler + "\""));
    assertEquals("request_too_large", error.get("code").asString());
  }
}
