/**
 * How fast the engine is, beside llama.cpp on the same machine and the same files.
 *
 * <p>Start reading at {@link exacta.bench.Bench}, which {@code bench/run.sh} starts: it alternates
 * fresh processes of both, and writes what it measured as JSON and as a page. {@link
 * exacta.bench.Trial} is what one of our processes does. No product code depends on this room.
 */
package exacta.bench;
