/**
 * The work of a Sprint: a random transformer that a seed gives, its nonces and their digests.
 *
 * <p>Start reading at {@link exacta.sprint.SprintModel}; {@link exacta.sprint.SprintReplay}
 * computes the same from less memory. This room is a set of pure functions: it knows no host, no
 * chain and no clock, and does not know when a Sprint is.
 */
package exacta.sprint;
