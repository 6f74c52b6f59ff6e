package exacta.ledger;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import exacta.crypto.Address;
import exacta.ledger.state.HeadState;
import exacta.ledger.state.HostState;
import exacta.ledger.state.SprintState;
import exacta.ledger.state.ValidatorState;
import exacta.protocol.QueryPaths;
import exacta.protocol.Wire;
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
import exacta.protocol.v1.QueryValidatorsResponse;
import exacta.protocol.v1.ValidatorRecord;
import java.util.Optional;
import java.util.function.Function;

/** Answers to queries, from one state. Spec: ledger.md#queries. */
final class Queries {
  /** What a query comes to. */
  sealed interface Answer permits Found, Refused, Failed {}

  record Found(MessageLite message) implements Answer {}

  record Refused(Refusal refusal, String log) implements Answer {}

  /** What was tried does not work. */
  record Failed(TxResult result) implements Answer {}

  private final LedgerState state;

  private Queries(LedgerState state) {
    this.state = state;
  }

  static Answer answer(LedgerState state, RuleBook book, String path, byte[] data) {
    Queries queries = new Queries(state);
    return switch (path) {
      case QueryPaths.PARAMETERS -> queries.parameters();
      case QueryPaths.NETWORK -> queries.network();
      case QueryPaths.HOSTS -> queries.hosts();
      case QueryPaths.VALIDATORS -> queries.validators();
      case QueryPaths.MODELS ->
          new Found(QueryModelsResponse.newBuilder().addAllModels(state.models.values()).build());
      case QueryPaths.SPRINT -> parsed(QuerySprintRequest.parser(), data, queries::sprint);
      case QueryPaths.CONVICTIONS ->
          new Found(
              QueryConvictionsResponse.newBuilder()
                  .addAllConvictions(state.convictions.values())
                  .build());
      case QueryPaths.PAYMENTS -> parsed(QueryPaymentsRequest.parser(), data, queries::payments);
      default ->
          path.startsWith(QueryPaths.COSMOS)
              ? WalletQueries.answer(state, book, path, data)
              : MarketQueries.answer(state, path, data);
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

  private Answer validators() {
    QueryValidatorsResponse.Builder validators = QueryValidatorsResponse.newBuilder();
    for (Table.Row<ValidatorState> row : state.validators.rows(new byte[0])) {
      ByteString key = row.value().getKey();
      validators.addValidators(
          ValidatorRecord.newBuilder()
              .setHost(Address.of(row.key()).toString())
              .setConsensusKey(key)
              .setPower(state.activeValidators.get(key).map(a -> a.getPower()).orElse(0L))
              .setSinceEpoch(row.value().getSinceEpoch())
              .setPunished(
                  state
                      .consensusKeys
                      .require(ConsensusAddress.ofKey(key.toByteArray()))
                      .getPunished()));
    }
    return new Found(validators.build());
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
}
