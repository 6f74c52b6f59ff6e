package exacta.gateway;

import exacta.engine.text.ChatMessage;
import java.util.List;

/** What a client wants answered. */
sealed interface ClientPrompt {
  /** A conversation. */
  record Chat(List<ChatMessage> messages) implements ClientPrompt {}

  /** A text to be continued. */
  record Text(String text) implements ClientPrompt {}

  /** Tokens to be continued. */
  record Tokens(int[] ids) implements ClientPrompt {}
}
