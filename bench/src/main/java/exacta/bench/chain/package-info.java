/**
 * How fast the chain is: the ledger alone with its database, and behind a real CometBFT beside that
 * program's own key-value store.
 *
 * <p>Start reading at {@link exacta.bench.chain.LedgerSpeed}.
 */
package exacta.bench.chain;
