package exacta.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.engine.gguf.Gguf;
import exacta.numerics.Kernels;
import exacta.primitives.ExactaException;
import exacta.testkit.TinyModels;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
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
  void refusesAnotherArchitecture() {
    int at = find("llama", find("general.architecture", 0));
    put(at, "mamba");
    refuses(
        "general.architecture",
        "'mamba', and only llama, qwen2, qwen3, qwen3moe, gemma3 are supported");
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
    int embedding = dataOf("token_embd.weight");
    int rows = (dataOf("blk.0.attn_norm.weight") - embedding) / ROW_BYTES;
    for (int token = 0; token < rows; token++) {
      bytes.put(embedding + token * ROW_BYTES + 2 + ELEMENT, (byte) 0);
    }
    AnswerRequest request = Answers.request(PROMPT, 40, Answers.warm());
    Answers.Whole sound;
    try (Model model = open()) {
      sound = Answers.run(model, request);
    }
    int at = firstNewToken(sound.ids());
    bytes.put(embedding + sound.ids()[at] * ROW_BYTES + 2 + ELEMENT, (byte) 127);
    bytes.putFloat(dataOf("blk.0.attn_norm.weight") + 4 * ELEMENT, 3e38f);
    try (Model model = open()) {
      Answers.Whole failed = Answers.run(model, request);
      assertEquals(sound.tokens().subList(0, at + 1), failed.tokens());
      assertEquals(sound.bits().subList(0, at + 1), failed.bits());
      assertEquals(Optional.of(End.FAILED), failed.end());
      Recomputation check = Recomputation.begin(model, request, failed.ids(), false);
      while (!check.step()) {}
      assertEquals(failed, Answers.whole(check.result()));
      Recomputation longer = Recomputation.begin(model, request, sound.ids(), false);
      while (!longer.step()) {}
      assertEquals(failed, Answers.whole(longer.result()));
      AnswerRequest had = Answers.request(PROMPT, 40, Answers.warm(), failed.ids());
      assertEquals(new Step.Ended(End.FAILED), Generation.begin(model, had).step());
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
