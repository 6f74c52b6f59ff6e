package exacta.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import exacta.crypto.Address;
import exacta.crypto.PrivateKey;
import exacta.ledger.state.AccountState;
import exacta.primitives.Amount;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import exacta.primitives.Height;
import exacta.protocol.Message;
import exacta.protocol.PoolLinks;
import exacta.protocol.QueryPaths;
import exacta.protocol.TransactionBuilder;
import exacta.protocol.Wire;
import exacta.protocol.v1.Ask;
import exacta.protocol.v1.ChainParameters;
import exacta.protocol.v1.ConvictionRecord;
import exacta.protocol.v1.Genesis;
import exacta.protocol.v1.GenesisAccount;
import exacta.protocol.v1.GenesisHost;
import exacta.protocol.v1.HostRecord;
import exacta.protocol.v1.ModelRecord;
import exacta.protocol.v1.PoolCommitment;
import exacta.protocol.v1.QueryConvictionsResponse;
import exacta.protocol.v1.QueryHostsResponse;
import exacta.protocol.v1.QueryNetworkResponse;
import exacta.protocol.v1.QuerySprintRequest;
import exacta.protocol.v1.QuerySprintResponse;
import exacta.protocol.v1.RulesFrom;
import exacta.protocol.v1.SprintRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A chain in memory. People have names, from which their keys follow: hosts {@code host0} to {@code
 * host3}, and {@code alice} and {@code bob}, who have 10,000 GNK each as the hosts have. After
 * every block all money is added up, and a block's only transaction must have been checked as it
 * was applied.
 */
final class Scenario {
  static final String CHAIN_ID = "exacta-test";
  static final Digest32 MODEL = Hasher.of("test-model").finish();
  static final Digest32 OTHER_MODEL = Hasher.of("test-other-model").finish();
  static final Amount WEALTH = Amount.ofCoins(10_000);
  static final Amount COLLATERAL = Amount.ofCoins(1_000);
  static final int HOSTS = 4;
  private static final int LINKS = 20_000;
  private static final List<Digest32> CHAIN = links();

  final MemoryStore store = new MemoryStore();
  final FakeReplay replay = new FakeReplay();
  final Ledger ledger;
  private final Map<String, PrivateKey> keys = new HashMap<>();
  private final Map<String, Integer> waiting = new HashMap<>();
  private List<byte[]> next = new ArrayList<>();
  private int link;

  /** What the chain began with, and all blocks that were made. */
  final Genesis genesis;

  final List<Block> blocks = new ArrayList<>();

  /** Whether the proposer reveals its links. */
  boolean stirs = true;

  Scenario() {
    this(Parameters.oneMachine());
  }

  Scenario(ChainParameters parameters) {
    this(parameters, RuleBook.STANDARD, List.of());
  }

  /** One whose genesis says which rules count from which block on. */
  Scenario(ChainParameters parameters, RuleBook book, List<RulesFrom> rules) {
    ledger = new Ledger(replay, Parallel.SEQUENTIAL, book);
    genesis = genesis(parameters).addAllRules(rules).build();
    ledger.initialize(store, genesis);
    assertEquals(List.of(), Ledger.audit(store));
  }

  /** Links in the order in which they are revealed, the anchor first. */
  private static List<Digest32> links() {
    List<Digest32> links = new ArrayList<>();
    links.add(Hasher.of("test-secret").finish());
    for (int i = 0; i < LINKS; i++) {
      links.add(PoolLinks.previous(links.getLast()));
    }
    return links.reversed();
  }

  Genesis.Builder genesis(ChainParameters parameters) {
    Genesis.Builder genesis =
        Genesis.newBuilder()
            .setChainId(CHAIN_ID)
            .setTimeMillis(1_000_000)
            .setParameters(parameters)
            .addModels(model("model", MODEL))
            .addModels(model("other-model", OTHER_MODEL))
            .addPool(
                PoolCommitment.newBuilder()
                    .setProposer(address("proposer").toString())
                    .setAnchor(Wire.bytes(CHAIN.getFirst())));
    for (int i = 0; i < HOSTS; i++) {
      genesis.addAccounts(account("host" + i));
      genesis.addHosts(
          GenesisHost.newBuilder()
              .setAddress(address("host" + i).toString())
              .setUrl("http://127.0.0.1:" + (9400 + i))
              .setCollateral(COLLATERAL.nanoCoins())
              .addAsks(
                  Ask.newBuilder()
                      .setModel(Wire.bytes(MODEL))
                      .setInputPrice(1_000_000)
                      .setOutputPrice(2_000_000)
                      .setContextLength(2048)));
    }
    return genesis.addAccounts(account("alice")).addAccounts(account("bob"));
  }

  private GenesisAccount account(String who) {
    return GenesisAccount.newBuilder()
        .setAddress(address(who).toString())
        .setBalance(WEALTH.nanoCoins())
        .build();
  }

  private static ModelRecord model(String name, Digest32 root) {
    return ModelRecord.newBuilder()
        .setName(name)
        .setRoot(Wire.bytes(root))
        .setCardBytes(1000)
        .setWeightBytes(1_000_000)
        .setLeafCount(10)
        .build();
  }

  PrivateKey key(String who) {
    return keys.computeIfAbsent(
        who, name -> PrivateKey.of(Hasher.sha256(name.getBytes(StandardCharsets.UTF_8)).toBytes()));
  }

  Address address(String who) {
    return key(who).address();
  }

  /** Whose address this is, of those who were named. */
  String name(String address) {
    return keys.entrySet().stream()
        .filter(entry -> entry.getValue().address().toString().equals(address))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  /** A transaction that may go behind those that wait already. */
  byte[] transaction(String who, Message... messages) {
    Optional<AccountState> account = state().accounts.get(address(who));
    long sequence =
        account.map(AccountState::getSequence).orElse(0L) + waiting.getOrDefault(who, 0);
    long number = account.map(AccountState::getNumber).orElse(0L);
    return TransactionBuilder.build(List.of(messages), key(who), CHAIN_ID, number, sequence, "");
  }

  /** Puts a transaction into the next block. */
  void queue(String who, Message... messages) {
    next.add(transaction(who, messages));
    waiting.merge(who, 1, Integer::sum);
  }

  void queueBytes(byte[] transaction) {
    next.add(transaction);
  }

  /** Makes a block of what waits and this, and tells what became of it. */
  TxResult send(String who, Message... messages) {
    queue(who, messages);
    return advance().getLast();
  }

  /** The same; and it must take effect. */
  void sendWell(String who, Message... messages) {
    TxResult result = send(who, messages);
    assertEquals("", result.log());
    assertEquals(0, result.code());
  }

  /** The same; and it must be refused so. */
  void sendBadly(Refusal refusal, String who, Message... messages) {
    TxResult result = send(who, messages);
    assertEquals(refusal.name(), refusalOf(result), result.log());
  }

  static String refusalOf(TxResult result) {
    for (Refusal refusal : Refusal.values()) {
      if (refusal.code() == result.code() && refusal.codespace().equals(result.codespace())) {
        return refusal.name();
      }
    }
    return "accepted";
  }

  /** Makes a block; the results of what was queued. */
  List<TxResult> advance() {
    List<byte[]> transactions = new ArrayList<>();
    if (stirs) {
      transactions.add(PoolLinks.transaction(address("proposer"), CHAIN.get(++link)));
    }
    transactions.addAll(next);
    Optional<TxResult> checked =
        next.size() == 1 ? Optional.of(ledger.check(store, next.getFirst(), 0)) : Optional.empty();
    long height = height() + 1;
    blocks.add(new Block(new Height(height), 1_000_000 + height, transactions));
    BlockResult result = ledger.apply(store, blocks.getLast());
    assertEquals(transactions.size(), result.transactions().size());
    List<TxResult> results = result.transactions();
    if (stirs) {
      assertTrue(results.getFirst().isAccepted(), results.getFirst().log());
      results = results.subList(1, results.size());
    }
    if (checked.isPresent()) {
      assertEquals(checked.get().log(), results.getFirst().log());
      assertEquals(checked.get().code(), results.getFirst().code());
    }
    assertEquals(List.of(), Ledger.audit(store));
    next = new ArrayList<>();
    waiting.clear();
    return results;
  }

  /** Makes blocks until this is the newest. */
  void advanceTo(long height) {
    while (height() < height) {
      advance();
    }
  }

  LedgerState state() {
    return new LedgerState(new Overlay(store));
  }

  /** The newest block. */
  long height() {
    return state().head.get().getHeight();
  }

  /** The epoch of the next block. */
  long epoch() {
    return state().epoch();
  }

  Timetable timetable() {
    return state().timetable();
  }

  Amount balance(String who) {
    return state().bank.balance(address(who));
  }

  QueryResult query(String path, MessageLite request) {
    return ledger.query(store, path, request.toByteArray());
  }

  <T extends MessageLite> T ask(String path, MessageLite request, Parser<T> parser) {
    QueryResult result = query(path, request);
    assertEquals("", result.log());
    try {
      return parser.parseFrom(result.value());
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  QueryNetworkResponse network() {
    return ask(
        QueryPaths.NETWORK, QuerySprintRequest.getDefaultInstance(), QueryNetworkResponse.parser());
  }

  HostRecord host(String who) {
    return ask(
            QueryPaths.HOSTS, QuerySprintRequest.getDefaultInstance(), QueryHostsResponse.parser())
        .getHostsList()
        .stream()
        .filter(host -> host.getAddress().equals(address(who).toString()))
        .findFirst()
        .orElseThrow();
  }

  /** The Sprint of this number; 0: the newest. */
  SprintRecord sprint(long number) {
    return ask(
            QueryPaths.SPRINT,
            QuerySprintRequest.newBuilder().setSprint(number).build(),
            QuerySprintResponse.parser())
        .getSprint();
  }

  List<ConvictionRecord> convictions() {
    return ask(
            QueryPaths.CONVICTIONS,
            QuerySprintRequest.getDefaultInstance(),
            QueryConvictionsResponse.parser())
        .getConvictionsList();
  }
}
