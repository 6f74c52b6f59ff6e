package exacta.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.engine.Model;
import exacta.numerics.Kernels;
import exacta.testkit.TinyModels;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The commands that work on one file, with a tiny model. */
final class ByHandTest {
  private static final String TEXT = "the hand and the <|im_end|> caf\u00e9";

  @TempDir private Path folder;
  private Path model;
  private Path text;
  private StringWriter err;

  @BeforeEach
  void write() throws IOException {
    model = folder.resolve("tiny.gguf");
    TinyModels.llama(5, model);
    text = Files.writeString(folder.resolve("text"), TEXT);
  }

  private String run(int expected, String... arguments) {
    StringWriter out = new StringWriter();
    err = new StringWriter();
    int code =
        Main.commandLine()
            .setOut(new PrintWriter(out))
            .setErr(new PrintWriter(err))
            .execute(arguments);
    assertEquals(expected, code, err.toString());
    assertFalse(err.toString().contains("\tat "), "a stack trace is for our bugs");
    return out.toString();
  }

  private String done(String command, String... more) {
    List<String> arguments = new ArrayList<>(List.of(command, model.toString()));
    arguments.addAll(List.of(more));
    return run(0, arguments.toArray(String[]::new));
  }

  private String refused(String command, String... more) {
    List<String> arguments = new ArrayList<>(List.of(command, model.toString()));
    arguments.addAll(List.of(more));
    run(2, arguments.toArray(String[]::new));
    return err.toString();
  }

  private Path lines(String... lines) throws IOException {
    return Files.writeString(folder.resolve("lines"), String.join("\n", lines) + "\n");
  }

  private static JsonNode json(String line) {
    return JsonMapper.shared().readTree(line);
  }

  private static int[] ints(JsonNode array) {
    return JsonMapper.shared().treeToValue(array, int[].class);
  }

  @Test
  void textBecomesTokensAndBackAgain() throws IOException {
    JsonNode plain = json(done("tokenize", "--text-file", text.toString(), "--json"));
    Path back = lines("{\"tokens\": " + plain.path("tokens") + "}");
    assertEquals(TEXT, json(done("tokenize", "--jsonl", back.toString())).path("text").asString());
  }

  @Test
  void onlySpecialMakesControlTokensOfText() {
    int[] plain = ints(json(done("tokenize", "--text-file", "" + text, "--json")).path("tokens"));
    int[] special =
        ints(
            json(done("tokenize", "--text-file", "" + text, "--special", "--json")).path("tokens"));
    assertTrue(Arrays.stream(plain).allMatch(id -> id > 2));
    assertEquals(1, Arrays.stream(special).filter(id -> id == 2).count());
    assertTrue(special.length < plain.length);
  }

  @Test
  void answersToManyInputsComeInTheirOrderAndAreThoseToEach() throws IOException {
    Path inputs = lines("{\"tokens\": [5]}", "{\"text\": \"the\"}", "{\"tokens\": [9, 8, 7]}", "");
    List<String> answers = done("eval", "--jsonl", inputs.toString()).lines().toList();
    assertEquals(3, answers.size());
    assertEquals(json(done("eval", "--tokens", "5", "--json")), json(answers.get(0)));
    assertEquals(
        json(done("eval", "--tokens", "9,8,7", "--threads", "2", "--json")), json(answers.get(2)));
    int[] the =
        ints(json(done("tokenize", "--jsonl", "" + lines("{\"text\": \"the\"}"))).path("tokens"));
    assertEquals(1, the.length);
    assertEquals(json(done("eval", "--tokens", "" + the[0], "--json")), json(answers.get(1)));
  }

  @Test
  void logitsAreThoseOfTheScalarKernelsToTheLastBit() {
    JsonNode answer = json(done("eval", "--tokens", "40,41,42", "--json"));
    float[] logits = JsonMapper.shared().treeToValue(answer.path("logits"), float[].class);
    try (Model scalar = Model.open(model, Kernels.scalar())) {
      float[] expected = scalar.logits(new int[] {40, 41, 42})[2];
      assertArrayEquals(expected, logits, 0);
      assertTrue(expected[answer.path("argmax").asInt()] >= max(expected));
    }
  }

  private static float max(float[] values) {
    float max = values[0];
    for (float value : values) {
      max = Math.max(max, value);
    }
    return max;
  }

  /** So the digest of eval is that of the first token. */
  @Test
  void completionIsWhatEvalExpectsTokenByToken() {
    JsonNode whole =
        json(done("complete", "--text-file", "" + text, "--max-tokens", "6", "--json"));
    int[] tokens = ints(whole.path("tokens"));
    assertEquals(6, tokens.length);
    assertEquals("length", whole.path("end").asString());
    StringBuilder prompt = new StringBuilder();
    for (int id : ints(json(done("tokenize", "--text-file", "" + text, "--json")).path("tokens"))) {
      prompt.append(prompt.isEmpty() ? "" : ",").append(id);
    }
    JsonNode first = json(done("eval", "--tokens", prompt.toString(), "--json"));
    JsonNode one = json(done("complete", "--text-file", "" + text, "--max-tokens", "1", "--json"));
    assertEquals(one.path("digest"), first.path("digest"));
    for (int token : tokens) {
      JsonNode next = json(done("eval", "--tokens", prompt.toString(), "--json"));
      assertEquals(token, next.path("argmax").asInt());
      prompt.append(",").append(token);
    }
    String shown = done("complete", "--text-file", "" + text, "--max-tokens", "6");
    assertEquals(whole.path("text").asString() + "\n", shown);
  }

  @Test
  void perplexityIsTheMeanOverTheSecondHalvesOfWindows() throws IOException {
    Files.writeString(text, "the hand and the other thing, again and again. ".repeat(3));
    JsonNode answer =
        json(done("perplexity", "--text-file", "" + text, "--window", "16", "--json"));
    int[] tokens = ints(json(done("tokenize", "--text-file", "" + text, "--json")).path("tokens"));
    assertEquals(tokens.length, answer.path("tokens").asInt());
    assertEquals(tokens.length / 16, answer.path("windows").asInt());
    assertEquals(tokens.length / 16 * 7, answer.path("scored").asInt());
    double sum = 0;
    try (Model scalar = Model.open(model, Kernels.scalar())) {
      for (int from = 0; from + 16 <= tokens.length; from += 16) {
        int[] window = Arrays.copyOfRange(tokens, from, from + 16);
        float[][] logits = scalar.logits(window);
        for (int at = 8; at < 15; at++) {
          sum -= Kernels.scalar().logProbability(logits[at], window[at + 1]);
        }
      }
    }
    double mean = sum / answer.path("scored").asInt();
    assertEquals(Math.exp(mean), answer.path("perplexity").asDouble(), 1e-9 * Math.exp(mean));
  }

  @Test
  void chatAnswersEachLineAndRemembersThem() {
    String twice = chat("the hand\nthe hand\n");
    List<String> answers = twice.lines().toList();
    assertEquals(2, answers.size());
    String anew = chat("the hand\n/new\nthe hand\n/exit\nmore\n");
    List<JsonNode> again = anew.lines().map(ByHandTest::json).toList();
    assertEquals(2, again.size(), "nothing is answered after /exit");
    assertEquals(again.get(0).path("text"), again.get(1).path("text"));
    assertFalse(json(answers.get(1)).equals(json(answers.get(0))), "the second has a history");
  }

  private String chat(String typed) {
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)));
    try {
      return done("chat", "--json", "--max-tokens", "8");
    } finally {
      System.setIn(before);
    }
  }

  @Test
  void errorsNameWhatIsWrongAndWhere() throws IOException {
    assertTrue(refused("eval", "--tokens", "99999").contains("99999 is no token"), "" + err);
    assertTrue(refused("eval").contains("--tokens"), "" + err);
    assertTrue(
        refused("eval", "--jsonl", "" + lines("{\"tokens\": [1]}", "{\"tokens\": []}"))
            .contains("line 2: "),
        "" + err);
    assertTrue(
        refused("eval", "--jsonl", "" + lines("{\"tokens\": [1, 2.5]}")).contains("2.5"), "" + err);
    assertTrue(
        refused("tokenize", "--jsonl", "" + lines("{\"text\": \"a\"")).contains("line 1: no JSON"),
        "" + err);
    assertTrue(
        refused("perplexity", "--text-file", "" + text).contains("fewer than one window"),
        "" + err);
    assertTrue(
        refused("complete", "--text-file", "" + text, "--max-tokens", "5000").contains("context"),
        "" + err);
    assertTrue(
        refused("complete", "--text-file", "" + text, "--max-tokens", "0").contains("at least 1"),
        "" + err);
    Files.write(text, new byte[] {'a', 'b', (byte) 0xff});
    assertTrue(refused("tokenize", "--text-file", "" + text).contains("byte 2"), "" + err);
    Files.write(text, new byte[0]);
    assertTrue(
        refused("complete", "--text-file", "" + text).contains("at least one token"), "" + err);
    assertTrue(refused("eval", "--tokens", "1", "--threads", "99").contains("--threads"), "" + err);
  }
}
