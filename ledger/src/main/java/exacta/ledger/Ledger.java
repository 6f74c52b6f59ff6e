package exacta.ledger;

import exacta.primitives.Check;
import exacta.primitives.Height;
import exacta.protocol.v1.Genesis;
import java.util.ArrayList;
import java.util.List;

/**
 * The state machine: accounts, hosts, Sprints, the market, money. A function of state and block
 * that keeps nothing; safe for several threads if the stores are. Spec: ledger.md.
 */
public final class Ledger implements StateMachine {
  private final NonceReplay replay;

  /**
   * @param replay recomputes challenged nonces; used by {@link #apply} only
   */
  public Ledger(NonceReplay replay) {
    this.replay = replay;
  }

  @Override
  public void initialize(StateStore store, Genesis genesis) {
    new GenesisRules(new LedgerState(store)).write(genesis);
  }

  @Override
  public List<ValidatorPower> validators(StateView view) {
    return new ValidatorSet(new LedgerState(new Overlay(view))).current();
  }

  @Override
  public TxResult check(StateView state, byte[] transaction, int pending) {
    return Transactions.check(state, transaction, pending);
  }

  @Override
  public boolean isDuty(StateView state, byte[] transaction) {
    return Duties.isDuty(state, transaction);
  }

  @Override
  public BlockResult apply(StateStore store, Block block) {
    LedgerState state = new LedgerState(store);
    Check.that(state.height() == block.height().value(), "blocks come one after another");
    List<TxResult> results = new ArrayList<>(block.transactions().size());
    new ValidatorRules(state).beginBlock(block);
    for (byte[] transaction : block.transactions()) {
      results.add(
          results.isEmpty()
              ? Transactions.applyFirst(store, transaction, block.proposer())
              : Transactions.apply(store, transaction));
    }
    List<ValidatorPower> changed = new BlockEnd(state, replay).run(block.timeMillis());
    return new BlockResult(results, changed);
  }

  @Override
  public QueryResult query(StateView view, String path, byte[] data) {
    LedgerState state = new LedgerState(new Overlay(view));
    Height height = new Height(state.head.get().getHeight());
    return switch (Queries.answer(state, path, data)) {
      case Queries.Found found -> new QueryResult(0, "", "", found.message().toByteArray(), height);
      case Queries.Refused refused ->
          new QueryResult(
              refused.refusal().code(),
              refused.refusal().codespace(),
              refused.log(),
              new byte[0],
              height);
      case Queries.Failed(TxResult result) ->
          new QueryResult(result.code(), result.codespace(), result.log(), new byte[0], height);
    };
  }

  /**
   * Adds up all money in a state.
   *
   * @return what does not add up, for people; empty if all is well
   */
  public static List<String> audit(StateView state) {
    return new SupplyAudit(new LedgerState(new Overlay(state))).faults();
  }
}
