package exacta.engine.template;

/**
 * A stretch of a template's output.
 *
 * @param fromTemplate whether the template itself wrote it, as opposed to the data it was given;
 *     only then may it hold control tokens
 */
public record Piece(String text, boolean fromTemplate) {}
