/**
 * The function that the network sells: a model, a prompt, parameters and a key give one sequence of
 * tokens, the same bits on every machine.
 *
 * <p>Start reading at {@link exacta.engine.Generation}, an answer step by step, at {@link
 * exacta.engine.Batcher}, which computes many of them together, and at {@link
 * exacta.engine.Recomputation}, which checks one in a single pass; {@link exacta.engine.Model}
 * holds the weights and {@link exacta.engine.ComputePool} shares the cores. The rules are in
 * docs/spec/generation.md. This room knows no network and no money.
 */
package exacta.engine;
