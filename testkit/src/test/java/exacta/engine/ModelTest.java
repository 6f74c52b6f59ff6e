package exacta.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.engine.gguf.Gguf;
import exacta.numerics.Kernels;
import exacta.numerics.KeyValueCache;
import exacta.numerics.Workers;
import exacta.primitives.ExactaException;
import exacta.testkit.TinyModels;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelTest {
  /** An element of the states that only one token will have. */
  private static final int ELEMENT = 5;

  private static final int ROW_BYTES = 68; // two blocks of Q8_0
  private static final int[] PROMPT = Answers.prompt(20);

  @TempDir Path folder;
  private Path file;
  private ByteBuffer bytes;

  @BeforeEach
  void write() throws IOException {
    file = folder.resolve("tiny.gguf");
    TinyModels.llama(1, file);
    bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Test
  void knowsItsCardIdentityAndContext() throws IOException {
    try (Model model = open()) {
      assertEquals(TinyModels.CONTEXT_LENGTH, model.contextLength());
      assertTrue(model.digest().identity().isCard(model.card().bytes(), model.digest().cardPath()));
    }
  }

  @Test
  void refusesAModelThatJavasMemoryCannotHold() {
    try (Workers workers = new Workers(1);
        Gguf gguf = Gguf.open(file)) {
      Kernels kernels = Kernels.vector(workers);
      ExactaException refusal =
          assertThrows(
              ExactaException.class,
              () -> Model.requireMemory(file.toString(), gguf, kernels, 128 << 20));
      assertTrue(refusal.getMessage().contains("needs 129 MiB"), refusal.getMessage());
      assertTrue(refusal.getMessage().contains("EXACTA_JAVA_OPTS=-Xmx193m"), refusal.getMessage());
      Model.requireMemory(file.toString(), gguf, kernels, 129 << 20);
      Model.requireMemory(file.toString(), gguf, Kernels.scalar(), 128 << 20);
    }
  }

  @Test
  void refusesAnotherArchitecture() {
    int at = find("llama", find("general.architecture", 0));
    put(at, "mamba");
    refuses(
        "general.architecture",
        "'mamba', and only llama, qwen2, qwen3, qwen3moe, gemma3 are supported");
  }

  /** The card is read beside the weights. */
  @Test
  void refusesACardThatIsDamaged() {
    put(find("{% endfor %}", 0), "{% endfox %}");
    refuses("endfox");
  }

  @Test
  void saysOfACardThatIsDamagedFirst() {
    put(find("blk.1.ffn_up.weight", 0), "blk.1.ffn_xx.weight");
    put(find("{% endfor %}", 0), "{% endfox %}");
    refuses("endfox");
  }

  /** Whether it had begun or not. */
  @Test
  void tellsWhoWaitsForTheDigestOfAModelThatIsClosed() throws IOException {
    for (int i = 0; i < 50; i++) {
      Model model = open();
      model.close();
      assertTimeoutPreemptively(
          Duration.ofSeconds(60),
          () -> {
            try {
              model.digest();
            } catch (ExactaException closed) {
              assertEquals(ExactaException.Category.ERROR, closed.category());
            }
          });
    }
  }

  /** All of them may take a minute. */
  @Test
  void takesNoTensorOnceTheyAreUseless() throws IOException {
    RuntimeException useless = new IllegalStateException("useless");
    Runnable check =
        () -> {
          throw useless;
        };
    try (Gguf gguf = Gguf.open(file)) {
      TensorLoader tensors =
          new TensorLoader("file", gguf, Kernels.scalar(), Architecture.LLAMA, check);
      assertSame(
          useless,
          assertThrows(RuntimeException.class, () -> tensors.vector("output_norm.weight", 64)));
    }
  }

  @Test
  void refusesAMissingTensor() {
    put(find("blk.1.ffn_up.weight", 0), "blk.1.ffn_xx.weight");
    refuses("'blk.1.ffn_up.weight' is missing");
  }

  @Test
  void refusesATensorThatItDoesNotKnow() {
    bytes.putInt(find("llama.block_count", 0) + "llama.block_count".length() + 4, 1);
    refuses("'blk.1.attn_norm.weight' is not known");
  }

  @Test
  void refusesATensorOfAnotherShape() {
    String key = "llama.attention.head_count_kv";
    bytes.putInt(find(key, 0) + key.length() + 4, 4);
    refuses("'blk.0.attn_k.weight' has the dimensions [64, 32] instead of [64, 64]");
  }

  @Test
  void refusesHeadsThatDoNotDivide() {
    String key = "llama.attention.head_count_kv";
    bytes.putInt(find(key, 0) + key.length() + 4, 3);
    refuses("llama.attention.head_count_kv", "is 3, which does not divide the 4 heads");
  }

  @Test
  void refusesANormThatIsNotFinite() {
    bytes.putFloat(dataOf("blk.1.ffn_norm.weight") + 8, Float.NaN);
    refuses("'blk.1.ffn_norm.weight'", "not finite");
  }

  /** One token's key overflows; up to its position the answer is as if nothing were wrong. */
  @Test
  void endsAsFailedAtAPositionWithANumberThatIsNotFinite() throws IOException {
    clearElement();
    AnswerRequest request = Answers.request(PROMPT, 40, Answers.warm());
    Answers.Whole sound;
    try (Model model = open()) {
      sound = Answers.run(model, request);
    }
    int at = firstNewToken(sound.ids());
    setElement(sound.ids()[at]);
    bytes.putFloat(dataOf("blk.0.attn_norm.weight") + 4 * ELEMENT, 3e38f);
    try (Model model = open()) {
      Answers.Whole failed = Answers.run(model, request);
      assertEquals(sound.tokens().subList(0, at + 1), failed.tokens());
      assertEquals(sound.bits().subList(0, at + 1), failed.bits());
      assertEquals(Optional.of(End.FAILED), failed.end());
      assertEquals(failed, Answers.check(model, request, failed.ids(), false));
      assertEquals(failed, Answers.check(model, request, sound.ids(), false));
      AnswerRequest had = Answers.request(PROMPT, 40, Answers.warm(), failed.ids());
      assertEquals(new Step.Ended(End.FAILED), Generation.begin(model, had).step());
    }
  }

  @Test
  void tellsTheFirstPositionWhoseKeysAreNotFinite() throws IOException {
    int loud = 200;
    giveElementTo(loud);
    bytes.putFloat(dataOf("blk.0.attn_norm.weight") + 4 * ELEMENT, 3e38f);
    Files.write(file, bytes.array());
    try (Workers workers = new Workers(2);
        Model model = Model.open(file, Kernels.vector(workers))) {
      for (int at : new int[] {0, 31, 32, 50, 64, 99}) {
        int[] tokens = new int[100];
        Arrays.fill(tokens, 7);
        tokens[at] = loud;
        tokens[99] = loud;
        KeyValueCache cache = KeyValueCache.of(model.weights().shape().keyValues(), 100);
        TransformerPass.Part part = new TransformerPass.Part(cache, 0, tokens, 0, 100, 1);
        TransformerPass pass = new TransformerPass(model.weights(), model.kernels());
        assertEquals(at, pass.forward(List.of(part))[0]);
      }
    }
  }

  /** One token's state overflows in the last layer, after its keys and values. */
  @Test
  void onlyPositionsThatTokensAreMadeFromNeedAFiniteState() throws IOException {
    int loud = 200;
    giveElementTo(loud);
    int[] prompt = PROMPT.clone();
    prompt[7] = loud;
    AnswerRequest inside = Answers.request(prompt, 20, Answers.warm());
    Answers.Whole sound;
    try (Model model = open()) {
      sound = Answers.run(model, inside);
    }
    assertFalse(sound.tokens().contains(loud));
    bytes.putFloat(dataOf("blk.1.ffn_norm.weight") + 4 * ELEMENT, 3e38f);
    prompt = PROMPT.clone();
    prompt[prompt.length - 1] = loud;
    try (Model model = open()) {
      assertEquals(sound, Answers.run(model, inside));
      assertEquals(sound, Answers.check(model, inside, sound.ids(), false));
      AnswerRequest last = Answers.request(prompt, 20, Answers.warm());
      Answers.Whole failed = Answers.run(model, last);
      assertEquals(List.of(), failed.tokens());
      assertEquals(Optional.of(End.FAILED), failed.end());
      assertEquals(failed, Answers.check(model, last, sound.ids(), false));
      AnswerRequest had = Answers.request(PROMPT, 20, Answers.warm(), loud);
      assertEquals(failed, Answers.run(model, had));
      int[] text = prompt;
      assertThrows(ExactaException.class, () -> Evaluation.of(model, text));
    }
  }

  /** The rows of wrong drafts may hold anything. */
  @Test
  void aDraftWhoseStateOverflowsHarmsNothingWhereItIsWrong() throws IOException {
    int loud = 200;
    giveElementTo(loud);
    bytes.putFloat(dataOf("blk.1.ffn_norm.weight") + 4 * ELEMENT, 3e38f);
    int[] sequence = {30, 30, loud, 41, 40, 30, 30, 0};
    assertEquals(1, new Drafter().draft(sequence, 7, 1));
    assertEquals(loud, sequence[7]);
    TreeMap<Integer, Float> bias = new TreeMap<>();
    bias.put(30, 100f);
    Sampling always = Sampling.greedy().withBias(bias);
    AnswerRequest request = Answers.request(Arrays.copyOf(sequence, 5), 9, always);
    Files.write(file, bytes.array());
    try (Workers workers = new Workers(1);
        Model model = Model.open(file, Kernels.vector(workers))) {
      Answers.Whole answer = Answers.run(model, request);
      assertEquals(Collections.nCopies(9, 30), answer.tokens());
      assertEquals(Optional.of(End.LENGTH), answer.end());
    }
  }

  /** Before the last layer's feed-forward part, only the state of this token has the element. */
  private void giveElementTo(int token) {
    clearElement();
    setElement(token);
    clearRow("blk.0.attn_output.weight", 36, 18, 2);
    clearRow("blk.0.ffn_down.weight", 80, 20, 4);
    clearRow("blk.1.attn_output.weight", 36, 18, 2);
  }

  /** No token's embedding has anything in the element. */
  private void clearElement() {
    int embedding = dataOf("token_embd.weight");
    int rows = (dataOf("blk.0.attn_norm.weight") - embedding) / ROW_BYTES;
    for (int token = 0; token < rows; token++) {
      bytes.put(embedding + token * ROW_BYTES + 2 + ELEMENT, (byte) 0);
    }
  }

  private void setElement(int token) {
    bytes.put(dataOf("token_embd.weight") + token * ROW_BYTES + 2 + ELEMENT, (byte) 127);
  }

  /** Scales and minima of zero: a product adds nothing to the element. */
  private void clearRow(String matrix, int rowBytes, int blockBytes, int blocks) {
    for (int block = 0; block < blocks; block++) {
      bytes.putInt(dataOf(matrix) + ELEMENT * rowBytes + block * blockBytes, 0);
    }
  }

  /** Some tokens on, so that something comes before. */
  private static int firstNewToken(int[] answer) {
    for (int at = 3; at < answer.length - 1; at++) {
      int token = answer[at];
      boolean old = Arrays.stream(PROMPT).anyMatch(other -> other == token);
      if (!old && Arrays.stream(answer, 0, at).noneMatch(other -> other == token)) {
        return at;
      }
    }
    throw new AssertionError("no token is new");
  }

  private Model open() throws IOException {
    Files.write(file, bytes.array());
    return Model.open(file, Kernels.scalar());
  }

  private void refuses(String... parts) {
    ExactaException refusal = assertThrows(ExactaException.class, this::open);
    assertEquals(ExactaException.Category.FATAL, refusal.category());
    for (String part : parts) {
      assertTrue(refusal.getMessage().contains(part), refusal.getMessage());
    }
  }

  private int dataOf(String tensor) {
    try (Gguf gguf = Gguf.open(file)) {
      return Math.toIntExact(gguf.headerBytes().length + gguf.tensor(tensor).get().offset());
    }
  }

  private int find(String text, int from) {
    byte[] wanted = text.getBytes(StandardCharsets.US_ASCII);
    int at = from;
    while (!Arrays.equals(bytes.array(), at, at + wanted.length, wanted, 0, wanted.length)) {
      at++;
    }
    return at;
  }

  private void put(int at, String text) {
    bytes.put(at, text.getBytes(StandardCharsets.US_ASCII));
  }
}
