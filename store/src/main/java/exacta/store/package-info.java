/**
 * Authenticated state on disk: keys and values in RocksDB, a Merkle tree over them whose root is
 * the app hash, and tables of others that change together with a block in one atomic, synced write.
 *
 * <p>Start reading at {@link exacta.store.Database}; the tree is {@code StateTree}. Spec: state.md.
 * This room does not know what keys and values mean, nor what a transaction is.
 */
package exacta.store;
