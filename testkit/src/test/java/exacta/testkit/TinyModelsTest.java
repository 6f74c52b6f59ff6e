package exacta.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import exacta.engine.gguf.Gguf;
import exacta.engine.gguf.GgufTensor;
import exacta.engine.gguf.TensorType;
import exacta.engine.text.ChatMessage;
import exacta.engine.text.ChatPrompt;
import exacta.engine.text.Detokenizer;
import exacta.engine.text.ModelCard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TinyModelsTest {
  @TempDir Path folder;

  @Test
  void writesAReadableModelOfSeveralFormats() {
    Path path = folder.resolve("tiny.gguf");
    TinyModels.llama(1, path);
    try (Gguf gguf = Gguf.open(path)) {
      Set<TensorType> types = EnumSet.noneOf(TensorType.class);
      gguf.tensors().stream().map(GgufTensor::type).forEach(types::add);
      assertEquals(
          EnumSet.of(TensorType.F32, TensorType.Q4_0, TensorType.Q4_1, TensorType.Q8_0), types);
      assertEquals(
          gguf.metadata().requireTexts("tokenizer.ggml.tokens").size(),
          gguf.tensor("output.weight").orElseThrow().rows());
    }
  }

  @Test
  void knowsEveryTextAndTakesConversations() {
    Path path = folder.resolve("tiny.gguf");
    TinyModels.llama(1, path);
    try (Gguf gguf = Gguf.open(path)) {
      ModelCard card = ModelCard.of(path.toString(), gguf);
      String text = "Hello, the wörld \uD83D\uDE00 123";
      assertEquals(text, Detokenizer.text(card.tokenizer(), card.tokenizer().encode(text)));
      ChatPrompt prompt = card.chatPrompt(List.of(new ChatMessage("user", text)));
      int[] ids = assertInstanceOf(ChatPrompt.Tokens.class, prompt).ids();
      assertEquals(1, ids[0]);
      assertEquals(Set.of(0, 2), card.endTokens());
    }
  }

  @Test
  void isAFunctionOfItsSeed() throws IOException {
    TinyModels.llama(5, folder.resolve("a"));
    TinyModels.llama(5, folder.resolve("b"));
    TinyModels.llama(6, folder.resolve("c"));
    byte[] a = Files.readAllBytes(folder.resolve("a"));
    assertArrayEquals(a, Files.readAllBytes(folder.resolve("b")));
    assertFalse(Arrays.equals(a, Files.readAllBytes(folder.resolve("c"))));
  }
}
