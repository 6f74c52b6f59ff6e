package exacta.ledger;

import exacta.primitives.Check;
import exacta.primitives.Height;
import exacta.protocol.Transaction;
import exacta.protocol.v1.Genesis;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The state machine: accounts, hosts, Sprints, the market, money. A function of state and block;
 * all that it keeps between calls is which transactions are signed well, and that changes no
 * answer. Safe for several threads if the stores are. Spec: ledger.md.
 */
public final class Ledger implements StateMachine {
  private final NonceReplay replay;
  private final TransactionReader reader;

  /** One that verifies a block's signatures on the caller's thread. */
  public Ledger(NonceReplay replay) {
    this(replay, Parallel.SEQUENTIAL);
  }

  /**
   * @param replay recomputes challenged nonces; used by {@link #apply} only
   * @param parallel verifies the signatures of a block before it is applied; stores must let
   *     several threads read while nobody writes
   */
  public Ledger(NonceReplay replay, Parallel parallel) {
    this.replay = replay;
    this.reader = new TransactionReader(parallel);
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
    return Transactions.check(state, reader.checked(state, transaction), pending);
  }

  @Override
  public void prepare(StateView state, byte[] transaction) {
    reader.checked(state, transaction);
  }

  /** The text of the address that signs these bytes; empty if they are no account's. */
  public Optional<String> signer(byte[] transaction) {
    return reader.read(transaction).decoded() instanceof Transaction decoded
        ? Optional.of(decoded.signer().toString())
        : Optional.empty();
  }

  @Override
  public boolean isDuty(StateView state, byte[] transaction) {
    return Duties.isDuty(state, reader.read(transaction).decoded());
  }

  @Override
  public BlockResult apply(StateStore store, Block block) {
    LedgerState state = new LedgerState(store);
    Check.that(state.height() == block.height().value(), "blocks come one after another");
    List<TxResult> results = new ArrayList<>(block.transactions().size());
    new ValidatorRules(state).beginBlock(block);
    Transactions transactions = new Transactions(store);
    for (ReadTransaction read : reader.verified(state, block.transactions())) {
      results.add(
          results.isEmpty()
              ? transactions.applyFirst(read, block.proposer())
              : transactions.apply(read));
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
