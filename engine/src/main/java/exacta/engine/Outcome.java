package exacta.engine;

import exacta.primitives.Digest32;

/**
 * A step that waits to be taken.
 *
 * @param digest of the answer after it
 */
record Outcome(Step step, Digest32 digest) {}
