package exacta.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.crypto.Address;
import exacta.protocol.v1.AnswerEnd;
import exacta.protocol.v1.Order;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class FailoverTest {
  private static final String STREAM = ",\"seed\":3,\"stream\":true";

  @TempDir Path folder;
  private TestNetwork network;
  private ScriptedHost first;
  private ScriptedHost second;
  private String text;

  @BeforeEach
  void start() {
    network = new TestNetwork(TestModel.create(folder), folder.resolve("home"), 2);
    // The first order of all goes to the lowest address.
    boolean inOrder = network.hosts.get(0).address().compareTo(network.hosts.get(1).address()) < 0;
    first = network.hosts.get(inOrder ? 0 : 1);
    second = network.hosts.get(inOrder ? 1 : 0);
    text = TestNetwork.text(TestNetwork.json(network.chat(",\"seed\":3")));
    assertEquals(1, first.orders().size());
  }

  @AfterEach
  void stop() {
    network.close();
  }

  /** The second host has served less, so it is next; make it the one with the script. */
  private void script(ScriptedHost.Script script) {
    second.script(script);
  }

  private HttpResponse<String> stream() {
    return network.chat(STREAM);
  }

  private void assertUnbroken(HttpResponse<String> response) {
    assertEquals(200, response.statusCode(), response.body());
    assertEquals(text, TestNetwork.text(TestNetwork.events(response)));
  }

  private static JsonNode exacta(HttpResponse<String> stream) {
    return TestNetwork.events(stream).getLast().get("exacta");
  }

  private HostStanding.Fitness fitness(ScriptedHost host) {
    return network.gateway().standing().fitness(host.address());
  }

  @Test
  void goesOnAtTheSameTokenWhereverTheStreamBreaks() {
    int tokens = network.recent.latest().getFirst().answerTokens();
    for (int at = 0; at <= tokens; at++) {
      network.clock.advance(Duration.ofMinutes(10));
      network.settle();
      script(new ScriptedHost.Script.Breaks(at));
      assertUnbroken(stream());
      assertEquals(tokens, network.recent.latest().getFirst().answerTokens());
    }
    assertEquals(tokens + 1, second.orders().size(), "each time it was tried first");
  }

  @Test
  void billsTheTokensAlreadyHadAsPrompt() {
    script(new ScriptedHost.Script.Breaks(7));
    HttpResponse<String> response = stream();
    assertUnbroken(response);
    Order rest = first.orders().getLast();
    Order whole = first.orders().getFirst();
    int had = rest.getHadCount(); // 7, if the break did not overtake the last frame
    assertTrue(had > 0 && had <= 7);
    assertEquals(whole.getPromptCount() + had, rest.getPromptCount());
    assertEquals(whole.getMaxTokens() - had, rest.getMaxTokens());
    assertEquals(whole.getRequestHash(), rest.getRequestHash());
    JsonNode parts = exacta(response).get("parts");
    assertEquals(2, parts.size());
    assertTrue(parts.get(0).get("receipt").isNull());
    assertEquals(second.address().toString(), parts.get(0).get("host").asString());
    assertEquals(64, parts.get(1).get("receipt").asString().length());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 8, 30})
  void goesOnWhenAHostIsSilentForTooLong(int tokens)
      throws InterruptedException, ExecutionException {
    script(new ScriptedHost.Script.Stalls(tokens));
    CompletableFuture<HttpResponse<String>> response = new CompletableFuture<>();
    Thread.ofVirtual().start(() -> response.complete(stream()));
    assertTrue(second.stalled().await(60, TimeUnit.SECONDS));
    do {
      network.clock.advance(Duration.ofSeconds(5));
      network.gateway().patience().check();
    } while (!second.left().await(2, TimeUnit.MILLISECONDS));
    assertUnbroken(response.get());
  }

  @Test
  void acceptsAnAnswerThatTheHostCut() {
    script(new ScriptedHost.Script.Cuts(5));
    HttpResponse<String> response = stream();
    assertUnbroken(response);
    JsonNode parts = exacta(response).get("parts");
    assertEquals(2, parts.size());
    assertEquals(5, parts.get(0).get("tokens").asInt());
    assertEquals(64, parts.get(0).get("receipt").asString().length());
  }

  static Stream<Arguments> lies() {
    return Stream.of(
        lie("wrong key", new ScriptedHost.Script.SignsWrongly()),
        lie(
            "higher cost",
            new ScriptedHost.Script.Forges(receipt -> receipt.setCost(receipt.getCost() + 1))),
        lie(
            "higher count",
            new ScriptedHost.Script.Forges(receipt -> receipt.setCount(receipt.getCount() + 1))),
        lie(
            "another end",
            new ScriptedHost.Script.Forges(receipt -> receipt.setEnd(AnswerEnd.ANSWER_END_LENGTH))),
        lie(
            "another order",
            new ScriptedHost.Script.Forges(
                receipt -> receipt.setOrderHash(receipt.getStreamHash()))),
        lie(
            "another stream",
            new ScriptedHost.Script.Forges(
                receipt -> receipt.setStreamHash(receipt.getOrderHash()))),
        lie(
            "a short digest commitment",
            new ScriptedHost.Script.Forges(
                receipt -> receipt.setDigestCommitment(receipt.getOrderHash().substring(1)))),
        lie(
            "tokens that the receipt is not for",
            new ScriptedHost.Script.Sends(tokens -> tokens.setLogProbabilities(0, -0.123f))),
        lie(
            "a token outside of the vocabulary",
            new ScriptedHost.Script.Sends(tokens -> tokens.setTokens(0, 99_999_999))),
        lie(
            "right tokens before one outside of the vocabulary",
            new ScriptedHost.Script.Sends(
                tokens -> tokens.setTokens(tokens.getTokensCount() - 1, 99_999_999))),
        lie(
            "more tokens than probabilities",
            new ScriptedHost.Script.Sends(tokens -> tokens.addTokens(5))),
        lie("no tokens", new ScriptedHost.Script.Sends(tokens -> tokens.clear())),
        lie(
            "no number",
            new ScriptedHost.Script.Sends(tokens -> tokens.setLogProbabilities(0, Float.NaN))));
  }

  private static Arguments lie(String name, ScriptedHost.Script script) {
    return Arguments.of(name, script);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lies")
  void dropsAHostThatLies(String name, ScriptedHost.Script script) {
    script(script);
    assertUnbroken(stream());
    assertEquals(1, second.orders().size());
    assertEquals(HostStanding.Fitness.SHUNNED, fitness(second));
    second.script(new ScriptedHost.Script.Honest());
    for (int i = 0; i < 5; i++) {
      assertUnbroken(stream());
    }
    assertEquals(1, second.orders().size(), "it is not asked again for a while");
  }

  /** A stream cannot be taken back, but a whole answer that was not sent yet can. */
  @Test
  void doesNotPassOnWhatALiarSent() {
    script(
        new ScriptedHost.Script.Sends(
            tokens -> tokens.setTokens(0, network.model.card().tokenizer().encode("x")[0])));
    HttpResponse<String> response = network.chat(",\"seed\":3");
    assertEquals(text, TestNetwork.text(TestNetwork.json(response)));
    assertEquals(HostStanding.Fitness.SHUNNED, fitness(second));
    JsonNode body = TestNetwork.json(response);
    assertEquals(1, body.get("exacta").get("parts").size());
    assertEquals(
        body.get("usage").get("completion_tokens").asInt(),
        body.get("exacta").get("parts").get(0).get("tokens").asInt());
  }

  @Test
  void dropsAHostThatSendsGarbage() {
    script(new ScriptedHost.Script.Garbles());
    assertUnbroken(stream());
    assertEquals(HostStanding.Fitness.RESTING, fitness(second));
  }

  @Test
  void asksTheNextHostWhenOneRefuses() {
    script(new ScriptedHost.Script.Refuses("busy"));
    for (int i = 0; i < 5; i++) {
      assertUnbroken(stream());
    }
    assertTrue(second.orders().size() > 1, "a refusal is no reason to avoid a host later");
    second.script(new ScriptedHost.Script.Honest());
    for (int i = 0; i < 5; i++) {
      assertUnbroken(stream());
    }
    assertTrue(second.givenSum() > 0, "the numbers of refused orders do not block the lane");
  }

  @Test
  void saysSoWhenNobodyIsLeft() {
    first.script(new ScriptedHost.Script.Refuses("busy"));
    second.script(new ScriptedHost.Script.Refuses("lane_unknown"));
    HttpResponse<String> response = network.chat("");
    assertEquals(503, response.statusCode());
    JsonNode error = TestNetwork.json(response).get("error");
    assertEquals("no_host_available", error.get("code").asString());
    assertEquals("server_error", error.get("type").asString());
    assertTrue(network.chain.waits() > 0, "it waited for blocks before it gave up");
    assertEquals(503, stream().statusCode(), "before the first text, a stream fails the same way");
  }

  @Test
  void endsAStreamWithAnErrorWhenNobodyCanGoOn() {
    first.script(new ScriptedHost.Script.Breaks(4));
    second.script(new ScriptedHost.Script.Refuses("busy"));
    // Each step forward is four tokens, and there are more than that many orders.
    network.chain.removeHost(second.address());
    HttpResponse<String> response = network.chat(",\"seed\":3,\"stream\":true,\"max_tokens\":900");
    assertEquals(200, response.statusCode());
    assertTrue(first.orders().size() > 3, "it went on with the only host as long as that helped");
    first.script(new ScriptedHost.Script.Breaks(0));
    assertEquals(503, stream().statusCode());
  }

  @Test
  void asksOnlyTheHostThatAQuestionIsFor() {
    for (ScriptedHost host : List.of(second, first, second)) {
      Address address = host.address();
      Reply reply =
          network.gateway().ask(Question.of(TestModel.NAME, "Who are you?", 20).to(address));
      Reply.Answered answered = (Reply.Answered) reply;
      assertEquals(address, answered.request().parts().getFirst().host());
      assertTrue(answered.request().parts().getFirst().evidence().isPresent());
    }
    second.script(new ScriptedHost.Script.Refuses("busy"));
    Reply reply =
        network.gateway().ask(Question.of(TestModel.NAME, "Hello", 20).to(second.address()));
    assertTrue(reply instanceof Reply.Failed);
  }
}
