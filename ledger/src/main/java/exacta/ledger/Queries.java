package exacta.ledger;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import exacta.crypto.Address;
import exacta.ledger.state.AccountState;
import exacta.ledger.state.HeadState;
import exacta.ledger.state.HostState;
import exacta.ledger.state.SprintState;
import exacta.primitives.Amount;
import exacta.protocol.Denomination;
import exacta.protocol.QueryPaths;
import exacta.protocol.Wire;
import exacta.protocol.cosmos.auth.BaseAccount;
import exacta.protocol.cosmos.auth.QueryAccountRequest;
import exacta.protocol.cosmos.auth.QueryAccountResponse;
import exacta.protocol.cosmos.bank.QueryAllBalancesRequest;
import exacta.protocol.cosmos.bank.QueryAllBalancesResponse;
import exacta.protocol.cosmos.bank.QueryBalanceRequest;
import exacta.protocol.cosmos.bank.QueryBalanceResponse;
import exacta.protocol.cosmos.base.Coin;
import exacta.protocol.cosmos.crypto.PubKey;
import exacta.protocol.v1.HostRecord;
import exacta.protocol.v1.QueryConvictionsResponse;
import exacta.protocol.v1.QueryHostsResponse;
import exacta.protocol.v1.QueryModelsResponse;
import exacta.protocol.v1.QueryNetworkResponse;
import exacta.protocol.v1.QueryParametersResponse;
import exacta.protocol.v1.QueryPaymentsRequest;
import exacta.protocol.v1.QueryPaymentsResponse;
import exacta.protocol.v1.QuerySprintRequest;
import exacta.protocol.v1.QuerySprintResponse;
import java.util.Optional;
import java.util.function.Function;

/** Answers to queries, from one state. Spec: ledger.md#queries. */
final class Queries {
  /** What a query comes to. */
  sealed interface Answer permits Found, Refused {}

  record Found(MessageLite message) implements Answer {}

  record Refused(Refusal refusal, String log) implements Answer {}

  private static final String BASE_ACCOUNT = "/cosmos.auth.v1beta1.BaseAccount";
  private static final String PUBLIC_KEY = "/cosmos.crypto.secp256k1.PubKey";

  private final LedgerState state;

  private Queries(LedgerState state) {
    this.state = state;
  }

  static Answer answer(LedgerState state, String path, byte[] data) {
    Queries queries = new Queries(state);
    return switch (path) {
      case QueryPaths.PARAMETERS -> queries.parameters();
      case QueryPaths.NETWORK -> queries.network();
      case QueryPaths.HOSTS -> queries.hosts();
      case QueryPaths.MODELS ->
          new Found(QueryModelsResponse.newBuilder().addAllModels(state.models.values()).build());
      case QueryPaths.SPRINT -> parsed(QuerySprintRequest.parser(), data, queries::sprint);
      case QueryPaths.CONVICTIONS ->
          new Found(
              QueryConvictionsResponse.newBuilder()
                  .addAllConvictions(state.convictions.values())
                  .build());
      case QueryPaths.PAYMENTS -> parsed(QueryPaymentsRequest.parser(), data, queries::payments);
      case QueryPaths.ACCOUNT -> parsed(QueryAccountRequest.parser(), data, queries::account);
      case QueryPaths.BALANCE -> parsed(QueryBalanceRequest.parser(), data, queries::balance);
      case QueryPaths.ALL_BALANCES ->
          parsed(QueryAllBalancesRequest.parser(), data, queries::allBalances);
      default -> MarketQueries.answer(state, path, data);
    };
  }

  static Answer refused(Refusal refusal, String log) {
    return new Refused(refusal, log);
  }

  /** Reads the request, and answers it if it is one. */
  static <T extends Message> Answer parsed(
      Parser<T> parser, byte[] data, Function<T, Answer> answer) {
    return Wire.strict(parser, data)
        .map(answer)
        .orElseGet(() -> refused(Refusal.INVALID_REQUEST, "the request is malformed"));
  }

  private Answer parameters() {
    return new Found(
        QueryParametersResponse.newBuilder()
            .setChainId(state.chainId())
            .setParameters(state.parameters())
            .build());
  }

  private Answer network() {
    HeadState head = state.head.get();
    QueryNetworkResponse.Builder network =
        QueryNetworkResponse.newBuilder()
            .setHeight(head.getHeight())
            .setTimeMillis(head.getTimeMillis())
            .setEpoch(state.epoch())
            .setWeight(state.plans.require(state.epoch()).getWeight())
            .setSprint(state.counters.get().getSprints())
            .setSupply(state.supply.get());
    state
        .sprints
        .get(network.getSprint())
        .ifPresent(sprint -> network.setSprintPhase(SprintRecords.phase(state, sprint)));
    return new Found(network.build());
  }

  private Answer hosts() {
    QueryHostsResponse.Builder hosts = QueryHostsResponse.newBuilder();
    Plans plans = new Plans(state);
    for (HostState host : state.hosts.values()) {
      hosts.addHosts(
          HostRecord.newBuilder()
              .setAddress(host.getAddress())
              .setUrl(host.getUrl())
              .addAllAsks(host.getAsksList())
              .setRegistered(host.getRegistered())
              .setDeposit(host.getDeposit())
              .setCollateral(host.getCollateral())
              .setWeight(plans.weight(state.epoch(), Address.ofText(host.getAddress())))
              .setSprintReputation(host.getSprintReputation())
              .setReceiptReputation(host.getReceiptReputation())
              .setProvenCount(ClaimBound.proven(host))
              .setEarned(host.getEarned()));
    }
    return new Found(hosts.build());
  }

  private Answer sprint(QuerySprintRequest request) {
    long number =
        request.getSprint() == 0 ? state.counters.get().getSprints() : request.getSprint();
    Optional<SprintState> sprint = state.sprints.get(number);
    return sprint.isEmpty()
        ? refused(Refusal.NOT_FOUND, "there is no Sprint " + number + ", or not any more")
        : new Found(
            QuerySprintResponse.newBuilder()
                .setSprint(SprintRecords.of(state, sprint.get()))
                .build());
  }

  private Answer payments(QueryPaymentsRequest request) {
    return new Found(
        state.payments.get(request.getEpoch()).orElse(QueryPaymentsResponse.getDefaultInstance()));
  }

  private Answer account(QueryAccountRequest request) {
    Optional<Address> address = Address.parse(request.getAddress());
    if (address.isEmpty()) {
      return refused(Refusal.INVALID_ADDRESS, "'" + request.getAddress() + "' is no address");
    }
    Optional<AccountState> account = state.accounts.get(address.get());
    if (account.isEmpty()) {
      // Clients of the Cosmos ecosystem look for exactly this text.
      return refused(
          Refusal.NOT_FOUND,
          "rpc error: code = NotFound desc = account %s not found: key not found"
              .formatted(address.get()));
    }
    BaseAccount.Builder base =
        BaseAccount.newBuilder()
            .setAddress(request.getAddress())
            .setAccountNumber(account.get().getNumber())
            .setSequence(account.get().getSequence());
    ByteString key = account.get().getPublicKey();
    if (!key.isEmpty()) {
      base.setPubKey(any(PUBLIC_KEY, PubKey.newBuilder().setKey(key).build()));
    }
    return new Found(
        QueryAccountResponse.newBuilder().setAccount(any(BASE_ACCOUNT, base.build())).build());
  }

  private static Any any(String typeUrl, MessageLite message) {
    return Any.newBuilder().setTypeUrl(typeUrl).setValue(message.toByteString()).build();
  }

  private Answer balance(QueryBalanceRequest request) {
    Optional<Address> address = Address.parse(request.getAddress());
    if (address.isEmpty()) {
      return refused(Refusal.INVALID_ADDRESS, "'" + request.getAddress() + "' is no address");
    }
    Coin coin =
        request.getDenom().equals(Denomination.NAME)
            ? Denomination.of(state.bank.balance(address.get()))
            : Coin.newBuilder().setDenom(request.getDenom()).setAmount("0").build();
    return new Found(QueryBalanceResponse.newBuilder().setBalance(coin).build());
  }

  private Answer allBalances(QueryAllBalancesRequest request) {
    Optional<Address> address = Address.parse(request.getAddress());
    if (address.isEmpty()) {
      return refused(Refusal.INVALID_ADDRESS, "'" + request.getAddress() + "' is no address");
    }
    Amount balance = state.bank.balance(address.get());
    QueryAllBalancesResponse.Builder balances = QueryAllBalancesResponse.newBuilder();
    if (!balance.isZero()) {
      balances.addBalances(Denomination.of(balance));
    }
    return new Found(balances.build());
  }
}
