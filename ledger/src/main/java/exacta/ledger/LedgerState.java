package exacta.ledger;

import com.google.protobuf.ByteString;
import exacta.crypto.Address;
import exacta.ledger.state.AccountState;
import exacta.ledger.state.ActiveValidator;
import exacta.ledger.state.ConfigState;
import exacta.ledger.state.ConsensusKeyState;
import exacta.ledger.state.CountersState;
import exacta.ledger.state.EmissionState;
import exacta.ledger.state.HeadState;
import exacta.ledger.state.HostState;
import exacta.ledger.state.PlanEntry;
import exacta.ledger.state.PlanState;
import exacta.ledger.state.PoolState;
import exacta.ledger.state.ReplayState;
import exacta.ledger.state.SprintState;
import exacta.ledger.state.TallyState;
import exacta.ledger.state.ValidatorState;
import exacta.ledger.state.WithheldState;
import exacta.primitives.Amount;
import exacta.primitives.Digest32;
import exacta.protocol.Draws;
import exacta.protocol.v1.ChainParameters;
import exacta.protocol.v1.ConvictionRecord;
import exacta.protocol.v1.DisputeRecord;
import exacta.protocol.v1.ModelRecord;
import exacta.protocol.v1.QueryPaymentsResponse;
import exacta.protocol.v1.SprintCallRecord;
import exacta.protocol.v1.SprintEntry;
import exacta.protocol.v1.Supply;
import java.util.Optional;
import java.util.function.Function;

/**
 * All that the ledger knows, as tables over a store. Every other class here reads and writes
 * through it; none keeps anything. Spec: ledger.md#state.
 */
final class LedgerState {
  final Cell<ConfigState> config;
  final Cell<HeadState> head;
  final Cell<CountersState> counters;
  final Cell<Supply> supply;
  final Cell<EmissionState> emission;

  final Table<Address, AccountState> accounts;
  final Table<Address, HostState> hosts;

  /** By root. */
  final Table<Digest32, ModelRecord> models;

  /** The same records by name. */
  final Table<String, ModelRecord> modelNames;

  final Table<Address, PoolState> pool;

  /** Every consensus key that was ever registered, by its address. */
  final Table<ConsensusAddress, ConsensusKeyState> consensusKeys;

  /** By host: what it is as a validator. */
  final Table<Address, ValidatorState> validators;

  /** By consensus key: the set that consensus was told last. */
  final Table<ByteString, ActiveValidator> activeValidators;

  final Table<Long, PlanState> plans;
  final Table<HostKey, PlanEntry> planEntries;

  /** By epoch and host. */
  final Table<HostKey, TallyState> tallies;

  final Table<Long, SprintState> sprints;

  /** By Sprint and host: those who committed. */
  final Table<HostKey, SprintEntry> sprintEntries;

  final Table<CallKey, SprintCallRecord> sprintCalls;

  /**
   * By number, as they were opened. Closed ones go with the Sprint or the audits of their epoch.
   */
  final Table<Long, DisputeRecord> disputes;

  /** By dispute: leaves that are replayed or wait for it, in their order. */
  final Table<Long, ReplayState> replays;

  final Table<Long, ConvictionRecord> convictions;

  /** By the epoch whose fees and emission were paid. */
  final Table<Long, QueryPaymentsResponse> payments;

  /** By epoch and host: emission that waits for a verdict. */
  final Table<HostKey, WithheldState> withheld;

  /** Sessions, settlements, audits of receipts. */
  final MarketTables market;

  final Bank bank;

  private Optional<ConfigState> configuration = Optional.empty();

  /** One of the calls that a host got in a Sprint. */
  record CallKey(long sprint, Address host, long index) {
    byte[] toBytes() {
      return Keys.of(sprint).and(host).and(index).toBytes();
    }
  }

  private final StateStore store;

  LedgerState(StateStore store) {
    this.store = store;
    config = new Cell<>(store, "config", ConfigState.parser());
    head = new Cell<>(store, "head", HeadState.parser());
    counters = new Cell<>(store, "counters", CountersState.parser());
    supply = new Cell<>(store, "supply", Supply.parser());
    emission = new Cell<>(store, "emission", EmissionState.parser());
    Function<Long, byte[]> number = n -> Keys.of(n).toBytes();
    accounts = new Table<>(store, "account", Address::toBytes, AccountState.parser());
    hosts = new Table<>(store, "host", Address::toBytes, HostState.parser());
    models = new Table<>(store, "model", Digest32::toBytes, ModelRecord.parser());
    modelNames = new Table<>(store, "model-name", Keys::ofText, ModelRecord.parser());
    pool = new Table<>(store, "pool", Address::toBytes, PoolState.parser());
    consensusKeys =
        new Table<>(store, "consensus-key", ConsensusAddress::toBytes, ConsensusKeyState.parser());
    validators = new Table<>(store, "validator", Address::toBytes, ValidatorState.parser());
    activeValidators =
        new Table<>(store, "active-validator", ByteString::toByteArray, ActiveValidator.parser());
    plans = new Table<>(store, "plan", number, PlanState.parser());
    planEntries = new Table<>(store, "plan-entry", HostKey::toBytes, PlanEntry.parser());
    tallies = new Table<>(store, "tally", HostKey::toBytes, TallyState.parser());
    sprints = new Table<>(store, "sprint", number, SprintState.parser());
    sprintEntries = new Table<>(store, "sprint-entry", HostKey::toBytes, SprintEntry.parser());
    sprintCalls = new Table<>(store, "sprint-call", CallKey::toBytes, SprintCallRecord.parser());
    disputes = new Table<>(store, "dispute", number, DisputeRecord.parser());
    replays = new Table<>(store, "replay", number, ReplayState.parser());
    convictions = new Table<>(store, "conviction", number, ConvictionRecord.parser());
    payments = new Table<>(store, "payment", number, QueryPaymentsResponse.parser());
    withheld = new Table<>(store, "withheld", HostKey::toBytes, WithheldState.parser());
    market = new MarketTables(store);
    bank = new Bank(this);
  }

  /** A store above this state, to try something and forget it. */
  StateStore scratch() {
    return new Overlay(store);
  }

  String chainId() {
    return configuration().getChainId();
  }

  ChainParameters parameters() {
    return configuration().getParameters();
  }

  /** The version of the rules that the newest block followed. */
  int rulesVersion() {
    return configuration().getRulesVersion();
  }

  /** Genesis writes it; after that only the rules' version changes, before a block begins. */
  private ConfigState configuration() {
    if (configuration.isEmpty()) {
      configuration = Optional.of(config.get());
    }
    return configuration.orElseThrow();
  }

  Timetable timetable() {
    return new Timetable(parameters());
  }

  /** The block that is being made; to a query, the one that comes next. */
  long height() {
    return head.get().getHeight() + 1;
  }

  /** The epoch of the block that is being made. */
  long epoch() {
    return timetable().epoch(height());
  }

  /**
   * The value of a draw at the end of the block that is being made, whose link its source holds.
   * Purpose and subject must have been fixed at least {@code pool_delay} blocks ago. Spec:
   * ledger.md#draws.
   */
  Digest32 drawValue(String purpose, Keys subject) {
    byte[] source = head.get().getPool().toByteArray();
    return Draws.value(chainId(), source, purpose, subject.toBytes());
  }

  /** The numbers of such a draw. */
  DrawNumbers draw(String purpose, Keys subject) {
    return new DrawNumbers(drawValue(purpose, subject));
  }

  /** The record of an account that did not exist, with its number. The caller stores it. */
  AccountState newAccount() {
    CountersState before = counters.get();
    counters.put(before.toBuilder().setAccounts(before.getAccounts() + 1).build());
    return AccountState.newBuilder().setNumber(before.getAccounts()).build();
  }

  /** Notes what a host was paid, up to what a long holds: the same coins may be earned again. */
  void addEarned(Address host, Amount amount) {
    HostState before = hosts.require(host);
    long room = Long.MAX_VALUE - before.getEarned();
    long earned = before.getEarned() + Math.min(room, amount.nanoCoins());
    hosts.put(host, before.toBuilder().setEarned(earned).build());
  }

  /** The number of the next dispute, from 1. */
  long newDispute() {
    CountersState before = counters.get();
    long number = before.getDisputes() + 1;
    counters.put(before.toBuilder().setDisputes(number).build());
    return number;
  }
}
