/**
 * Drives the ledger on one machine: a mempool that forgets nothing it accepted, a sequencer that
 * makes a block at every interval, the blocks on disk, and the RPC of CometBFT in front of them.
 *
 * <p>Start reading at {@link exacta.consensus.EmbeddedChain}; a block is made in {@code
 * BlockMaker}. Spec: state.md. This room does not know what a transaction means: that is the
 * business of a {@link exacta.ledger.StateMachine}. Behind CometBFT, {@link exacta.consensus.abci}
 * drives the same ledger.
 */
package exacta.consensus;
