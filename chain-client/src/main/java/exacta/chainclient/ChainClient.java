package exacta.chainclient;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import exacta.crypto.Address;
import exacta.primitives.Amount;
import exacta.primitives.Clock;
import exacta.primitives.Digest32;
import exacta.primitives.ExactaException;
import exacta.protocol.Denomination;
import exacta.protocol.QueryPaths;
import exacta.protocol.cosmos.auth.BaseAccount;
import exacta.protocol.cosmos.auth.QueryAccountRequest;
import exacta.protocol.cosmos.auth.QueryAccountResponse;
import exacta.protocol.cosmos.bank.QueryBalanceRequest;
import exacta.protocol.cosmos.bank.QueryBalanceResponse;
import exacta.protocol.v1.ChainParameters;
import exacta.protocol.v1.ConvictionRecord;
import exacta.protocol.v1.DisputeRecord;
import exacta.protocol.v1.QueryAuditsRequest;
import exacta.protocol.v1.QueryAuditsResponse;
import exacta.protocol.v1.QueryConvictionsRequest;
import exacta.protocol.v1.QueryConvictionsResponse;
import exacta.protocol.v1.QueryDisputesRequest;
import exacta.protocol.v1.QueryDisputesResponse;
import exacta.protocol.v1.QueryHostsRequest;
import exacta.protocol.v1.QueryHostsResponse;
import exacta.protocol.v1.QueryModelsRequest;
import exacta.protocol.v1.QueryModelsResponse;
import exacta.protocol.v1.QueryNetworkRequest;
import exacta.protocol.v1.QueryNetworkResponse;
import exacta.protocol.v1.QueryParametersRequest;
import exacta.protocol.v1.QueryParametersResponse;
import exacta.protocol.v1.QueryPaymentsRequest;
import exacta.protocol.v1.QueryPaymentsResponse;
import exacta.protocol.v1.QuerySessionRequest;
import exacta.protocol.v1.QuerySessionResponse;
import exacta.protocol.v1.QuerySessionsRequest;
import exacta.protocol.v1.QuerySessionsResponse;
import exacta.protocol.v1.QuerySprintRequest;
import exacta.protocol.v1.QuerySprintResponse;
import exacta.protocol.v1.QueryValidatorsRequest;
import exacta.protocol.v1.QueryValidatorsResponse;
import exacta.protocol.v1.SessionRecord;
import exacta.protocol.v1.SprintRecord;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The chain, over its RPC. Every method asks anew, answers from the newest state, and is safe for
 * several threads; while nobody answers, as when the chain restarts, it tries again for the
 * settings' patience. What does not exist is an empty answer; {@link ExactaException} (error) says
 * that the chain could not be reached or did not understand.
 */
public final class ChainClient implements AutoCloseable {
  private static final long POLL_MILLIS_MIN = 10;
  private static final long POLL_MILLIS_MAX = 1000;

  /** Looks at the chain within one block interval. */
  private static final int POLLS_PER_BLOCK = 4;

  private final RpcConnection rpc;
  private final ChainQueries queries;
  private final ChainTransactions transactions;

  /** What never changes on a chain, once known. */
  private volatile Optional<Fixed> fixed = Optional.empty();

  private record Fixed(String chainId, Duration poll, long gasPrice) {}

  /** With the usual settings. */
  public ChainClient(URI rpc, Clock clock) {
    this(ChainClientSettings.of(rpc), clock);
  }

  public ChainClient(ChainClientSettings settings, Clock clock) {
    this(new RpcConnection(settings, clock, Optional.empty()));
  }

  ChainClient(RpcConnection rpc) {
    this.rpc = rpc;
    queries = new ChainQueries(rpc);
    transactions = new ChainTransactions(rpc);
  }

  public String chainId() {
    return fixed().chainId();
  }

  /** The least that a transaction pays, in ngonka for a unit of gas. */
  public long minimumGasPrice() {
    return fixed().gasPrice();
  }

  private Fixed fixed() {
    Optional<Fixed> known = fixed;
    if (known.isPresent()) {
      return known.get();
    }
    QueryParametersResponse answer = parametersResponse();
    long poll = answer.getParameters().getBlockIntervalMillis() / POLLS_PER_BLOCK;
    Duration bounded = Duration.ofMillis(Math.clamp(poll, POLL_MILLIS_MIN, POLL_MILLIS_MAX));
    Fixed found =
        new Fixed(answer.getChainId(), bounded, answer.getParameters().getMinimumGasPrice());
    fixed = Optional.of(found);
    return found;
  }

  private QueryParametersResponse parametersResponse() {
    return queries.get(
        QueryPaths.PARAMETERS,
        QueryParametersRequest.getDefaultInstance(),
        QueryParametersResponse.parser());
  }

  public ChainParameters parameters() {
    return parametersResponse().getParameters();
  }

  public QueryNetworkResponse network() {
    return queries.get(
        QueryPaths.NETWORK,
        QueryNetworkRequest.getDefaultInstance(),
        QueryNetworkResponse.parser());
  }

  public QueryHostsResponse hosts() {
    return queries.get(
        QueryPaths.HOSTS, QueryHostsRequest.getDefaultInstance(), QueryHostsResponse.parser());
  }

  /** All hosts that registered a consensus key. */
  public QueryValidatorsResponse validators() {
    return queries.get(
        QueryPaths.VALIDATORS,
        QueryValidatorsRequest.getDefaultInstance(),
        QueryValidatorsResponse.parser());
  }

  public QueryModelsResponse models() {
    return queries.get(
        QueryPaths.MODELS, QueryModelsRequest.getDefaultInstance(), QueryModelsResponse.parser());
  }

  /** A Sprint by its number, from 1; 0 is the newest. Empty if there is none yet. */
  public Optional<SprintRecord> sprint(long number) {
    return queries
        .find(
            QueryPaths.SPRINT,
            QuerySprintRequest.newBuilder().setSprint(number).build(),
            QuerySprintResponse.parser())
        .filter(QuerySprintResponse::hasSprint)
        .map(QuerySprintResponse::getSprint);
  }

  /** A session by its id, as long as it is not settled. */
  public Optional<SessionRecord> session(byte[] id) {
    return queries
        .find(
            QueryPaths.SESSION,
            QuerySessionRequest.newBuilder().setSession(ByteString.copyFrom(id)).build(),
            QuerySessionResponse.parser())
        .filter(QuerySessionResponse::hasSession)
        .map(QuerySessionResponse::getSession);
  }

  public List<SessionRecord> sessions(Address developer) {
    return queries
        .find(
            QueryPaths.SESSIONS,
            QuerySessionsRequest.newBuilder().setDeveloper(developer.toString()).build(),
            QuerySessionsResponse.parser())
        .map(QuerySessionsResponse::getSessionsList)
        .orElse(List.of());
  }

  /** The audits of what was settled for this epoch. */
  public QueryAuditsResponse audits(long epoch) {
    return queries
        .find(
            QueryPaths.AUDITS,
            QueryAuditsRequest.newBuilder().setEpoch(epoch).build(),
            QueryAuditsResponse.parser())
        .orElseGet(() -> QueryAuditsResponse.newBuilder().setEpoch(epoch).build());
  }

  public List<DisputeRecord> disputes(boolean openOnly) {
    return queries
        .get(
            QueryPaths.DISPUTES,
            QueryDisputesRequest.newBuilder().setOpenOnly(openOnly).build(),
            QueryDisputesResponse.parser())
        .getDisputesList();
  }

  public List<ConvictionRecord> convictions() {
    return queries
        .get(
            QueryPaths.CONVICTIONS,
            QueryConvictionsRequest.getDefaultInstance(),
            QueryConvictionsResponse.parser())
        .getConvictionsList();
  }

  /** Fees and emission of this epoch; {@code paid} is false before they were paid. */
  public QueryPaymentsResponse payments(long epoch) {
    return queries
        .find(
            QueryPaths.PAYMENTS,
            QueryPaymentsRequest.newBuilder().setEpoch(epoch).build(),
            QueryPaymentsResponse.parser())
        .orElse(QueryPaymentsResponse.getDefaultInstance());
  }

  /**
   * Number and sequence of an account.
   *
   * @throws ExactaException also if the chain does not know it: an account begins with coins
   */
  public Account account(Address address) {
    return findAccount(address)
        .orElseThrow(() ->
            ExactaException.error(
                "the chain does not know the account "
                    + address
                    + "; it begins when coins are sent to it"));
  }

  /** The same; empty if the chain does not know it. */
  public Optional<Account> findAccount(Address address) {
    return queries
        .find(
            QueryPaths.ACCOUNT,
            QueryAccountRequest.newBuilder().setAddress(address.toString()).build(),
            QueryAccountResponse.parser())
        .map(answer -> read(address, answer));
  }

  private Account read(Address address, QueryAccountResponse answer) {
    try {
      BaseAccount account = BaseAccount.parseFrom(answer.getAccount().getValue());
      return new Account(account.getAccountNumber(), account.getSequence());
    } catch (InvalidProtocolBufferException e) {
      throw unreadable("the account " + address, e.getMessage());
    }
  }

  /** What the account has; nothing if the chain does not know it. */
  public Amount balance(Address address) {
    return queries
        .find(
            QueryPaths.BALANCE,
            QueryBalanceRequest.newBuilder()
                .setAddress(address.toString())
                .setDenom(Denomination.NAME)
                .build(),
            QueryBalanceResponse.parser())
        .map(answer -> readBalance(address, answer))
        .orElse(Amount.ZERO);
  }

  private Amount readBalance(Address address, QueryBalanceResponse answer) {
    return Denomination.parse(answer.getBalance())
        .orElseThrow(() -> unreadable("the balance of " + address, answer.getBalance().toString()));
  }

  private ExactaException unreadable(String what, String problem) {
    return ExactaException.error(
        "what the chain at %s says about %s cannot be read: %s"
            .formatted(rpc.settings().rpc(), what, RpcConnection.shown(problem)));
  }

  /**
   * What became of the transaction with this hash; empty if it is in no block yet, or unknown. One
   * that was accepted and later refused says why.
   */
  public Optional<TransactionOutcome> transaction(Digest32 hash) {
    return transactions.find(hash);
  }

  /**
   * What the node says that the newest state holds under a key, see docs/spec/ledger.md#state. Only
   * the proof makes it more than a word.
   */
  public StateEntry entry(byte[] key) {
    return queries.entry(key);
  }

  /** The root of the state before the block of this height, as the node has it in the header. */
  public Digest32 appHash(long height) {
    return transactions.appHash(height);
  }

  /** Sends a transaction and returns when the chain has it safe, or refuses it. */
  public BroadcastAnswer broadcast(byte[] transaction) {
    return transactions.broadcast(transaction);
  }

  /** The height of the newest block. */
  public long height() {
    return transactions.height();
  }

  /** Waits for a block of this height, at most so long; returns the newest height. */
  public long awaitHeight(long atLeast, Duration most) {
    long deadline = rpc.clock().millis() + most.toMillis();
    long height = height();
    while (height < atLeast && rpc.clock().millis() < deadline) {
      pause("the wait for height " + atLeast);
      height = height();
    }
    return height;
  }

  /** Lets a fraction of the block interval pass. */
  void pause(String during) {
    rpc.pause(fixed().poll(), during);
  }

  RpcConnection rpc() {
    return rpc;
  }

  /** Ends all calls that wait. */
  @Override
  public void close() {
    rpc.close();
  }
}
