package exacta.gateway;

import exacta.engine.text.ChatMessage;
import java.util.List;

/** What a client wants answered. */
sealed interface ClientPrompt {
  /** A conversation, in which functions may be called. */
  record Chat(List<ChatMessage> messages, Toolbox toolbox) implements ClientPrompt {}

  /** A text to be continued. */
  record Text(String text) implements ClientPrompt {}

  /** Tokens to be continued. */
  record Tokens(int[] ids) implements ClientPrompt {}
}
