/**
 * Assembles processes from parts: where a model comes from, and which parts talk to which.
 *
 * <p>Start reading at {@link exacta.node.ModelSource}. Here clocks, disks and the network are
 * handed to the roles; no rule of the protocol is decided here.
 */
package exacta.node;
