/**
 * An interpreter for the part of the Jinja language that chat templates use.
 *
 * <p>Start reading at {@link exacta.engine.template.Template}. A template comes from a stranger's
 * model file and its data from a stranger's request: parsing and rendering are bounded in depth,
 * steps and memory, nothing outside is reachable, and each character of the output remembers
 * whether template or data wrote it. This room knows no model and no token.
 */
package exacta.engine.template;
