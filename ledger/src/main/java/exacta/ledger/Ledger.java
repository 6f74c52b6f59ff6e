package exacta.ledger;

import exacta.primitives.Check;
import exacta.primitives.ExactaException;
import exacta.primitives.Height;
import exacta.protocol.Transaction;
import exacta.protocol.v1.Genesis;
import exacta.protocol.v1.RulesFrom;
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
  private final RuleBook book;

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
    this(replay, parallel, RuleBook.STANDARD);
  }

  /**
   * @param book the versions of the rules that it knows
   */
  Ledger(NonceReplay replay, Parallel parallel, RuleBook book) {
    this.replay = replay;
    this.reader = new TransactionReader(parallel);
    this.book = book;
  }

  /**
   * The same ledger under rules that its operators agreed on after its genesis.
   *
   * @param planned later versions, and the blocks from which on they count
   * @throws ExactaException (fatal) if heights or versions do not rise, or one is not known
   */
  public static Ledger planned(NonceReplay replay, Parallel parallel, List<RulesFrom> planned) {
    List<String> faults = RuleBook.faults(planned).toList();
    if (!faults.isEmpty()) {
      throw ExactaException.fatal(
          "planned heights and versions of rules must rise: " + String.join(", ", faults));
    }
    List<RuleSet> known = RuleBook.STANDARD.versions();
    if (!planned.isEmpty() && planned.getLast().getVersion() > known.size()) {
      throw ExactaException.fatal(
          "rules %d are planned from block %d on, and this program knows rules 1 to %d; use the version of exacta that has them"
              .formatted(
                  planned.getLast().getVersion(), planned.getLast().getHeight(), known.size()));
    }
    return new Ledger(replay, parallel, new RuleBook(known, planned));
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
    return Transactions.check(state, book, reader.checked(state, transaction), pending);
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
    LedgerState before = new LedgerState(store);
    Check.that(before.height() == block.height().value(), "blocks come one after another");
    RuleSet rules = book.begin(before);
    // Another one: the rules of a new version may have changed what the first one keeps.
    LedgerState state = new LedgerState(store);
    List<TxResult> results = new ArrayList<>(block.transactions().size());
    new ValidatorRules(state).beginBlock(block);
    Transactions transactions = new Transactions(store, book);
    for (ReadTransaction read : reader.verified(state, block.transactions())) {
      results.add(
          results.isEmpty()
              ? transactions.applyFirst(read, block.proposer())
              : transactions.apply(read));
    }
    List<ValidatorPower> changed = rules.endBlock(state, replay, block.timeMillis());
    return new BlockResult(results, changed);
  }

  @Override
  public QueryResult query(StateView view, String path, byte[] data) {
    LedgerState state = new LedgerState(new Overlay(view));
    Height height = new Height(state.head.get().getHeight());
    return switch (Queries.answer(state, book, path, data)) {
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
   * Makes of a state the genesis of another chain, which begins at the newest block's time: so all
   * who do this make the same one.
   *
   * @param chainId of the new one, another than the state's
   * @throws ExactaException (fatal) if it has the same name, or the money does not add up
   */
  public static Genesis export(StateView state, String chainId) {
    return new GenesisExport(new LedgerState(new Overlay(state))).export(chainId);
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
