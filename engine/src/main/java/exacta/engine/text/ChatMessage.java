package exacta.engine.text;

/**
 * One turn of a conversation, as a client wrote it.
 *
 * @param role {@code system}, {@code user} or {@code assistant}, or whatever else the model's
 *     template knows
 */
public record ChatMessage(String role, String content) {}
