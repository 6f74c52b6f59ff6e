package exacta.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.engine.gguf.BlockFormat;
import exacta.engine.gguf.GgufWriter;
import exacta.engine.gguf.TensorType;
import exacta.numerics.Kernels;
import exacta.numerics.Workers;
import exacta.primitives.ExactaException;
import exacta.testkit.TinyFamily;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Models of every architecture: the same bits in any way, and the bits that they had before. */
@Timeout(120)
class ArchitectureTest {
  private static final int[] TEXT = Answers.prompt(70);

  @TempDir Path folder;

  private Path write(TinyFamily family) {
    Path path = folder.resolve(family + ".gguf");
    family.write(1, path);
    return path;
  }

  @ParameterizedTest
  @EnumSource
  void givesTheSameBitsByScalarsAndByVectors(TinyFamily family) {
    Path path = write(family);
    try (Workers workers = new Workers(2);
        Model scalar = Model.open(path, Kernels.scalar());
        Model vector = Model.open(path, Kernels.vector(workers))) {
      float[][] expected = scalar.logits(TEXT);
      float[][] actual = vector.logits(TEXT);
      for (int i = 0; i < TEXT.length; i++) {
        assertArrayEquals(bits(expected[i]), bits(actual[i]), family + " at " + i);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void givesTheSameBitsAsAPromptAndTokenByToken(TinyFamily family) {
    try (Workers workers = new Workers(1);
        Model model = Model.open(write(family), Kernels.vector(workers))) {
      AnswerRequest request = Answers.request(Answers.prompt(30), 40, Answers.warm());
      Answers.Whole answer = Answers.run(model, request);
      assertTrue(answer.tokens().stream().distinct().count() > 5, "a varied answer");
      Recomputation check = Recomputation.begin(model, request, answer.ids(), false);
      while (!check.step()) {}
      assertEquals(answer, Answers.whole(check.result()));
    }
  }

  /** Line by line: family, first digits of the model's root, greedy answer, its digest. */
  @Test
  void givesTheBitsThatItGaveBefore() throws IOException {
    Path file =
        Path.of(
            System.getProperty("exacta.root"),
            "testkit/src/test/resources/exacta/engine/architectures.txt");
    List<String> lines =
        Files.readAllLines(file).stream().filter(line -> !line.startsWith("#")).toList();
    assertEquals(Arrays.stream(TinyFamily.values()).map(this::line).toList(), lines);
  }

  private String line(TinyFamily family) {
    try (Workers workers = new Workers(1);
        Model model = Model.open(write(family), Kernels.vector(workers))) {
      Answers.Whole answer =
          Answers.run(model, Answers.request(Answers.prompt(40), 12, Sampling.greedy()));
      return String.join(
          " ",
          family.name(),
          model.digest().identity().root().toHex().substring(0, 16),
          answer.tokens().toString().replaceAll("[\\[\\] ]", ""),
          answer.digest().toHex());
    }
  }

  /** Every part of a family has a say: without one of them the logits are others. */
  @Test
  void hearsTheParts() {
    assertFalse(
        Arrays.equals(
            lastLogits(TinyFamily.QWEN2.writer(1)),
            lastLogits(TinyFamily.QWEN2.writer(1).real("qwen2.rope.scaling.factor", 2))));
    assertFalse(
        Arrays.equals(
            lastLogits(TinyFamily.GEMMA3.writer(1)),
            lastLogits(
                TinyFamily.GEMMA3.writer(1).integer("gemma3.attention.sliding_window", 19))));
    assertFalse(
        Arrays.equals(
            lastLogits(TinyFamily.GEMMA3.writer(1)),
            lastLogits(TinyFamily.GEMMA3.writer(1).real("gemma3.rope.freq_base_swa", 9999))));
    assertFalse(
        Arrays.equals(
            lastLogits(TinyFamily.QWEN3MOE.writer(1)),
            lastLogits(TinyFamily.QWEN3MOE.writer(1).integer("qwen3moe.expert_used_count", 3))));
  }

  private float[] lastLogits(GgufWriter writer) {
    Path path = folder.resolve("one.gguf");
    writer.write(path);
    try (Model model = Model.open(path, Kernels.scalar())) {
      return model.logits(TEXT)[TEXT.length - 1];
    }
  }

  @Test
  void refusesWhatItDoesNotUnderstand() {
    refuses("llama.logit_scale", w -> w.real("llama.logit_scale", 2));
    refuses("'llama.attention.scale' is not known", w -> w.real("llama.attention.scale", 1));
    refuses("'longrope', and only", w -> w.text("llama.rope.scaling.type", "longrope"));
    refuses("windows are not", w -> w.integer("llama.attention.sliding_window", 100));
    refuses("only true is supported", w -> w.flag("llama.attention.causal", false));
    refuses("is 30.0, and only 0.0", w -> w.real("llama.final_logit_softcapping", 30));
    refuses("'llama.vocab_size' is 7", w -> w.integer("llama.vocab_size", 7));
    refuses("'adapter', so this is no", w -> w.text("general.type", "adapter"));
    refuses("llama.expert_used_count", w -> w.integer("llama.expert_used_count", 2));
    refuses("'llama.rope.scaling.factor' is 0.5", w -> w.real("llama.rope.scaling.factor", 0.5f));
    refuses("'llama.rope.freq_base' is NaN", w -> w.real("llama.rope.freq_base", Float.NaN));
    refuses("is not a whole number", w -> w.integers("llama.feed_forward_length", 96, 96, 96));
    refuses("odd or too large", w -> odd(w));
    refuses(
        "'blk.0.attn_sinks.weight' is not known in the llama",
        w -> vector(w, "blk.0.attn_sinks.weight", 4, 1));
    refuses("'output.bias' is not known", w -> vector(w, "output.bias", 4, 1));
  }

  private static void odd(GgufWriter writer) {
    writer.integer("llama.attention.key_length", 23).integer("llama.attention.value_length", 23);
  }

  @Test
  void refusesFactorsThatWouldTurnAPairFaster() {
    refuses(
        "'rope_freqs.weight' has the factor 0.5", w -> vector(w, "rope_freqs.weight", 12, 0.5f));
    refuses("dimensions [11] instead of [12]", w -> vector(w, "rope_freqs.weight", 11, 2));
  }

  @Test
  void refusesExpertsThatAreMissing() {
    refuses(
        "'blk.0.ffn_gate_inp.weight' is missing",
        w -> w.integer("llama.expert_count", 4).integer("llama.expert_used_count", 2));
    refuses(
        "'llama.expert_used_count' is 5",
        w -> w.integer("llama.expert_count", 4).integer("llama.expert_used_count", 5));
  }

  /** What another engine would not even load is a window that cuts nothing. */
  @Test
  void takesAWindowThatCutsNothing() {
    GgufWriter plain = TinyFamily.LLAMA.writer(1);
    float[] expected = lastLogits(plain);
    assertArrayEquals(
        expected,
        lastLogits(TinyFamily.LLAMA.writer(1).integer("llama.attention.sliding_window", 1024)));
  }

  private static void vector(GgufWriter writer, String name, int size, float value) {
    float[] values = new float[size];
    Arrays.fill(values, value);
    writer.tensor(
        name, TensorType.F32, List.of((long) size), BlockFormat.encode(TensorType.F32, values));
  }

  private void refuses(String part, Consumer<GgufWriter> spoil) {
    GgufWriter writer = TinyFamily.LLAMA.writer(1);
    spoil.accept(writer);
    Path path = folder.resolve("spoiled.gguf");
    writer.write(path);
    ExactaException refusal =
        assertThrows(ExactaException.class, () -> Model.open(path, Kernels.scalar()));
    assertEquals(ExactaException.Category.FATAL, refusal.category());
    assertTrue(refusal.getMessage().contains(part), refusal.getMessage());
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
    return bits;
  }
}
