package exacta.consensus;

import exacta.ledger.QueryResult;
import exacta.primitives.Digest32;
import java.util.Optional;

/**
 * A chain as wallets see it through REST, whoever makes its blocks. Safe for several threads;
 * {@link exacta.primitives.ExactaException} says that it cannot be reached.
 */
public interface RestChain extends GetTx.Blocks {
  String chainId();

  /** Answers from the newest committed state. */
  QueryResult query(String path, byte[] data);

  /** Checks a transaction and, if it is valid, keeps it for a block. */
  Broadcast broadcast(byte[] transaction);

  /** That of an embedded chain. */
  static RestChain of(EmbeddedChain chain) {
    return new RestChain() {
      @Override
      public String chainId() {
        return chain.status().chainId();
      }

      @Override
      public QueryResult query(String path, byte[] data) {
        return chain.query(path, data);
      }

      @Override
      public Broadcast broadcast(byte[] transaction) {
        return chain.broadcast(transaction);
      }

      @Override
      public Optional<IncludedTransaction> transaction(Digest32 hash) {
        return chain.transaction(hash);
      }

      @Override
      public long timeMillis(IncludedTransaction transaction) {
        return chain.block(transaction.height()).orElseThrow().header().timeMillis();
      }
    };
  }
}
