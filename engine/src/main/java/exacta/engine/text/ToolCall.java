package exacta.engine.text;

import java.util.Map;

/**
 * A call of a function that an assistant asked for earlier in a conversation.
 *
 * @param arguments a JSON object, as {@link Conversation} takes it
 */
public record ToolCall(String id, String name, Map<String, ?> arguments) {}
