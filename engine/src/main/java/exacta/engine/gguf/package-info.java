/**
 * GGUF model files: a hardened memory-mapped reader, a writer, and the identity of a model.
 *
 * <p>Start reading at {@link exacta.engine.gguf.Gguf} and {@link exacta.engine.gguf.ModelIdentity}.
 * A file comes from strangers, so each number in it is checked before it is believed. This room
 * knows bytes, names and shapes; what a tensor means is the engine's business, what a token means
 * that of {@code exacta.engine.text}.
 */
package exacta.engine.gguf;
