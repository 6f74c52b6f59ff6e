package exacta.consensus;

import exacta.consensus.RpcException.Kind;
import exacta.consensus.TransactionQuery.ByEvent;
import exacta.consensus.TransactionQuery.ByHash;
import exacta.consensus.TransactionQuery.ByHeight;
import exacta.consensus.TransactionQuery.Condition;
import exacta.primitives.Height;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Finds transactions in blocks, in order of height and index. Spec: wallets.md#search. */
final class TransactionSearch {
  /** A condition that more transactions meet must be narrowed by a height. */
  private static final int CANDIDATES_MAX = 10_000;

  private final EmbeddedChain chain;

  TransactionSearch(EmbeddedChain chain) {
    this.chain = chain;
  }

  List<IncludedTransaction> find(TransactionQuery query) throws RpcException {
    return candidates(query).stream().filter(query::holds).toList();
  }

  /** By the condition that leaves the fewest. */
  private List<IncludedTransaction> candidates(TransactionQuery query) throws RpcException {
    Optional<Condition> hash = first(query, condition -> condition instanceof ByHash);
    if (hash.isPresent()) {
      return chain.transaction(((ByHash) hash.get()).hash()).stream().toList();
    }
    Optional<Condition> height =
        first(query, condition -> condition instanceof ByHeight by && by.isOne());
    if (height.isPresent()) {
      return chain
          .block(new Height(((ByHeight) height.get()).from()))
          .map(CommittedBlock::included)
          .orElse(List.of());
    }
    Optional<Condition> event = first(query, condition -> condition instanceof ByEvent);
    if (event.isEmpty()) {
      throw new RpcException(
          Kind.INVALID_PARAMS,
          "parameter \"query\": beside a range of heights, name a hash, one height or an event");
    }
    return chain.transactionsWith((ByEvent) event.get(), range(query), CANDIDATES_MAX);
  }

  private static Optional<Condition> first(TransactionQuery query, Predicate<Condition> kind) {
    return query.conditions().stream().filter(kind).findFirst();
  }

  /** What all conditions on the height leave. */
  private static ByHeight range(TransactionQuery query) {
    long from = 0;
    long to = Long.MAX_VALUE;
    for (Condition condition : query.conditions()) {
      if (condition instanceof ByHeight height) {
        from = Math.max(from, height.from());
        to = Math.min(to, height.to());
      }
    }
    return new ByHeight(from, to);
  }
}
