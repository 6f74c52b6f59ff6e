package exacta.consensus;

import exacta.consensus.RpcException.Kind;
import exacta.consensus.TransactionQuery.ByEvent;
import exacta.consensus.TransactionQuery.ByHash;
import exacta.consensus.TransactionQuery.ByHeight;
import exacta.consensus.TransactionQuery.Condition;
import exacta.primitives.Digest32;
import exacta.primitives.Height;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Finds transactions in blocks, in order of height and index. Only their places are kept, since a
 * transaction may be half a block. Spec: wallets.md#search.
 */
final class TransactionSearch {
  /** A condition that more transactions meet must be narrowed by heights. */
  static final int CANDIDATES_MAX = 10_000;

  private final BlockStore blocks;
  private final Function<Digest32, Optional<IncludedTransaction>> byHash;
  private final int candidatesMax;

  /**
   * @param byHash finds the transaction with this hash
   * @param candidatesMax how many transactions with an event are looked through
   */
  TransactionSearch(
      BlockStore blocks,
      Function<Digest32, Optional<IncludedTransaction>> byHash,
      int candidatesMax) {
    this.blocks = blocks;
    this.byHash = byHash;
    this.candidatesMax = candidatesMax;
  }

  /** Begins with the condition that leaves the fewest. */
  List<TransactionPlace> find(TransactionQuery query) throws RpcException {
    Optional<Condition> hash = first(query, condition -> condition instanceof ByHash);
    if (hash.isPresent()) {
      return places(byHash.apply(((ByHash) hash.get()).hash()).stream(), query);
    }
    Optional<Condition> height =
        first(query, condition -> condition instanceof ByHeight by && by.isOne());
    if (height.isPresent()) {
      return blocks
          .block(new Height(((ByHeight) height.get()).from()))
          .map(block -> places(block.included().stream(), query))
          .orElse(List.of());
    }
    Optional<Condition> event = first(query, condition -> condition instanceof ByEvent);
    if (event.isEmpty()) {
      throw new RpcException(
          Kind.INVALID_PARAMS,
          "parameter \"query\": beside a range of heights, name a hash, one height or an event");
    }
    return with((ByEvent) event.get(), query);
  }

  private static List<TransactionPlace> places(
      Stream<IncludedTransaction> candidates, TransactionQuery query) {
    return candidates.filter(query::holds).map(IncludedTransaction::place).toList();
  }

  /** To leave some out in silence would be a wrong answer, above all to who wants the newest. */
  private List<TransactionPlace> with(ByEvent event, TransactionQuery query) throws RpcException {
    List<TransactionPlace> candidates = blocks.placesWith(event, range(query), candidatesMax + 1);
    if (candidates.size() > candidatesMax) {
      throw new RpcException(
          Kind.INVALID_PARAMS,
          "parameter \"query\": more than %d transactions have this event; name heights, too, such as tx.height>=%s"
              .formatted(candidatesMax, candidates.getLast().height()));
    }
    boolean isAll =
        query.conditions().stream()
            .allMatch(condition -> condition instanceof ByHeight || condition.equals(event));
    return isAll
        ? candidates
        : candidates.stream()
            .filter(place -> blocks.transaction(place).filter(query::holds).isPresent())
            .toList();
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
