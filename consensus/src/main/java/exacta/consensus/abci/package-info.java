/**
 * The ledger as an application of CometBFT: ABCI 2.0 over a socket.
 *
 * <p>Start reading at {@link exacta.consensus.abci.LedgerNode}, which answers; {@link
 * exacta.consensus.abci.AbciServer} listens, {@code AbciConnection} keeps the order of one
 * connection, {@code BlockExecution} drives the ledger. Spec: abci.md. This room does not know what
 * a transaction means, nor does the ledger know who drives it.
 */
package exacta.consensus.abci;
