package exacta.engine.text;

/** What comes of turning a conversation into tokens. */
public sealed interface ChatPrompt {
  /** The prompt; fresh, so callers may keep it. */
  record Tokens(int[] ids) implements ChatPrompt {}

  /** The model does not take this conversation; the reason is for clients. */
  record Refused(String reason) implements ChatPrompt {}
}
