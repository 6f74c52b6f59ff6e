package exacta.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class LogProbabilitiesTest {
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

  private static List<JsonNode> entries(JsonNode body) {
    JsonNode choice = body.get("choices").get(0);
    return new ArrayList<>(choice.path("logprobs").path("content").values());
  }

  private static String text(List<JsonNode> entries) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (JsonNode entry : entries) {
      entry.get("bytes").values().forEach(value -> bytes.write(value.asInt()));
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void tellsOfEveryTokenOfTheTextWithoutOtherwiseChangingTheAnswer() {
    JsonNode plain = TestNetwork.json(network.chat(",\"seed\":1"));
    assertTrue(plain.get("choices").get(0).get("logprobs").isNull());
    for (int top : new int[] {0, 3, 20}) {
      JsonNode body =
          TestNetwork.json(network.chat(",\"seed\":1,\"logprobs\":true,\"top_logprobs\":" + top));
      assertEquals(TestNetwork.text(plain), TestNetwork.text(body));
      List<JsonNode> entries = entries(body);
      assertEquals(TestNetwork.text(plain), text(entries));
      // The end token is paid for, and is no part of the text.
      assertEquals(
          body.get("usage").get("completion_tokens").asInt() - 1, entries.size(), "" + top);
      for (JsonNode entry : entries) {
        assertTrue(entry.get("logprob").asDouble() < 0);
        assertEquals(top, entry.get("top_logprobs").size());
      }
    }
  }

  @Test
  void streamsTheSameWithTheTextThatItIsAbout() {
    String fields = ",\"seed\":1,\"logprobs\":true,\"top_logprobs\":2";
    List<JsonNode> whole = entries(TestNetwork.json(network.chat(fields)));
    List<JsonNode> streamed = new ArrayList<>();
    for (JsonNode event : TestNetwork.events(network.chat(fields + ",\"stream\":true"))) {
      List<JsonNode> entries = entries(event);
      if (!entries.isEmpty()) {
        JsonNode delta = event.get("choices").get(0).get("delta");
        assertEquals(delta.get("content").asString(), text(entries));
      }
      streamed.addAll(entries);
    }
    assertEquals(whole, streamed);
  }

  @Test
  void goesOnAtAnotherHostWithoutLosingOne() {
    String fields = ",\"seed\":1,\"logprobs\":true,\"top_logprobs\":5";
    List<JsonNode> whole = entries(TestNetwork.json(network.chat(fields)));
    for (ScriptedHost.Script script :
        List.of(
            new ScriptedHost.Script.Breaks(7),
            new ScriptedHost.Script.Cuts(10),
            new ScriptedHost.Script.Forges(receipt -> receipt.setCount(receipt.getCount() + 1)))) {
      network.hosts.get(0).script(script);
      for (int i = 0; i < 3; i++) {
        assertEquals(whole, entries(TestNetwork.json(network.chat(fields))), script.toString());
      }
    }
  }

  @Test
  void shunsAHostThatDoesNotTellWhatWasAskedFor() {
    String fields = ",\"seed\":1,\"logprobs\":true,\"top_logprobs\":2";
    List<JsonNode> whole = entries(TestNetwork.json(network.chat(fields)));
    for (ScriptedHost host : network.hosts) {
      host.script(new ScriptedHost.Script.Honest());
    }
    ScriptedHost liar = network.hosts.get(0);
    liar.script(
        new ScriptedHost.Script.Sends(tokens -> tokens.setLikeliestLogProbabilities(0, Float.NaN)));
    for (int i = 0; i < 2; i++) {
      assertEquals(whole, entries(TestNetwork.json(network.chat(fields))));
    }
    assertEquals(
        HostStanding.Fitness.SHUNNED, network.gateway().standing().fitness(liar.address()));
  }

  @Test
  void listsNoTokenBehindAStopText() {
    HttpResponse<String> response = network.chat(",\"seed\":1,\"logprobs\":true");
    String whole = TestNetwork.text(TestNetwork.json(response));
    String stop = whole.substring(20, 24);
    JsonNode cut =
        TestNetwork.json(
            network.chat(
                ",\"seed\":1,\"temperature\":0,\"logprobs\":true,\"stop\":"
                    + TestNetwork.JSON.writeValueAsString(stop)));
    String shown = TestNetwork.text(cut);
    String listed = text(entries(cut));
    assertTrue(listed.startsWith(shown), listed);
    assertTrue(!listed.substring(shown.length()).contains(stop + stop), listed);
  }
}
