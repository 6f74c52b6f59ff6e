package exacta.engine.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCardTest {
  @TempDir Path folder;

  @Test
  void tellsWhatAGatewayNeedsFromTheHeaderAlone() {
    ModelCard whole = TinyCard.card(TinyCard.writer("smollm"), folder);
    ModelCard card = ModelCard.of(whole.bytes());
    assertArrayEquals(whole.bytes(), card.bytes());
    assertEquals("llama", card.architecture());
    assertEquals(Optional.of("tiny"), card.name());
    assertEquals(512, card.contextLength());
    assertEquals(4 + 255 + TinyCard.MERGES.size(), card.vocabularySize());
    assertEquals(new TreeSet<>(List.of(TinyCard.END_OF_TEXT, TinyCard.END)), card.endTokens());
    assertArrayEquals(whole.completionPrompt("hello"), card.completionPrompt("hello"));
  }

  @Test
  void makesAPromptOfAConversation() {
    ModelCard card = TinyCard.card(TinyCard.writer("smollm"), folder);
    ChatPrompt prompt = card.chatPrompt(List.of(new ChatMessage("he", "<end>")));
    int[] ids = assertInstanceOf(ChatPrompt.Tokens.class, prompt).ids();
    assertEquals(
        List.of("<start>", "he", "Ċ", "<", "e", "n", "d", ">", "<end>", "<start>", "a"),
        TinyCard.names(card.tokenizer(), ids));
  }

  @Test
  void refusesAConversationThatTheTemplateRefuses() {
    ModelCard card =
        TinyCard.card(
            TinyCard.writer("smollm")
                .text(
                    "tokenizer.chat_template",
                    "{% if messages[0].role != 'user' %}{{ raise_exception('user first') }}"
                        + "{% endif %}x"),
            folder);
    assertEquals(
        new ChatPrompt.Refused("user first"),
        card.chatPrompt(List.of(new ChatMessage("system", "s"))));
    assertTrue(card.chatPrompt(List.of(new ChatMessage("user", "u"))) instanceof ChatPrompt.Tokens);
  }
}
