package exacta.ledger;

import exacta.crypto.Address;
import exacta.ledger.state.SessionIndex;
import exacta.ledger.state.SettlementState;
import exacta.primitives.Digest32;
import exacta.protocol.QueryPaths;
import exacta.protocol.Wire;
import exacta.protocol.v1.DisputeRecord;
import exacta.protocol.v1.QueryAuditsRequest;
import exacta.protocol.v1.QueryAuditsResponse;
import exacta.protocol.v1.QueryDisputesRequest;
import exacta.protocol.v1.QueryDisputesResponse;
import exacta.protocol.v1.QuerySessionRequest;
import exacta.protocol.v1.QuerySessionResponse;
import exacta.protocol.v1.QuerySessionsRequest;
import exacta.protocol.v1.QuerySessionsResponse;
import exacta.protocol.v1.SettlementRecord;
import java.util.Optional;

/** Answers about sessions, audits of receipts and disputes. Spec: market.md#queries. */
final class MarketQueries {
  private final LedgerState state;

  private MarketQueries(LedgerState state) {
    this.state = state;
  }

  /** What a query comes to: a message, or why not. */
  static Queries.Answer answer(LedgerState state, String path, byte[] data) {
    MarketQueries queries = new MarketQueries(state);
    return switch (path) {
      case QueryPaths.SESSION ->
          Queries.parsed(QuerySessionRequest.parser(), data, queries::session);
      case QueryPaths.SESSIONS ->
          Queries.parsed(QuerySessionsRequest.parser(), data, queries::sessions);
      case QueryPaths.AUDITS -> Queries.parsed(QueryAuditsRequest.parser(), data, queries::audits);
      case QueryPaths.DISPUTES ->
          Queries.parsed(QueryDisputesRequest.parser(), data, queries::disputes);
      default -> Queries.refused(Refusal.UNKNOWN_QUERY, "unknown query path " + path);
    };
  }

  private Queries.Answer session(QuerySessionRequest request) {
    return Wire.parseDigest(request.getSession())
        .flatMap(state.market.sessions::get)
        .<Queries.Answer>map(session ->
            new Queries.Found(QuerySessionResponse.newBuilder().setSession(session).build()))
        .orElseGet(
            () -> Queries.refused(Refusal.NOT_FOUND, "there is no such session, or not any more"));
  }

  private Queries.Answer sessions(QuerySessionsRequest request) {
    Optional<Address> developer = Address.parse(request.getDeveloper());
    if (developer.isEmpty()) {
      return Queries.refused(
          Refusal.INVALID_ADDRESS, "'" + request.getDeveloper() + "' is no address");
    }
    QuerySessionsResponse.Builder sessions = QuerySessionsResponse.newBuilder();
    for (SessionIndex index : state.market.sessionsOwned.values(developer.get().toBytes())) {
      Digest32 id = Wire.digest(index.getSession());
      sessions.addSessions(state.market.sessions.require(id));
    }
    return new Queries.Found(sessions.build());
  }

  private Queries.Answer audits(QueryAuditsRequest request) {
    long epoch = request.getEpoch();
    QueryAuditsResponse.Builder audits = QueryAuditsResponse.newBuilder().setEpoch(epoch);
    if (epoch < 0 || epoch >= state.epoch()) {
      return new Queries.Found(audits.build());
    }
    Timetable.ReceiptWindows windows = state.timetable().receipts(epoch);
    audits
        .setSettlementEnd(windows.settlementEnd())
        .setDrawHeight(windows.draw())
        .setAuditEnd(windows.auditEnd())
        .setAnswerEnd(windows.answerEnd())
        .setJuryDrawHeight(windows.juryDraw())
        .setJuryEnd(windows.commitEnd())
        .setPayHeight(windows.pay());
    for (Table.Row<SettlementState> row : state.market.settlements.rows(Keys.of(epoch).toBytes())) {
      SettlementState settlement = row.value();
      audits.addSettlements(
          SettlementRecord.newBuilder()
              .setHost(HostKey.ofBytes(row.key()).host().toString())
              .addAllLanes(state.market.settledLanes.values(row.key()))
              .setTotal(settlement.getTotal())
              .addAllDuties(state.market.duties.values(row.key()))
              .addAllDisputes(settlement.getDisputesList())
              .setPaid(settlement.getPaid()));
    }
    return new Queries.Found(audits.build());
  }

  private Queries.Answer disputes(QueryDisputesRequest request) {
    QueryDisputesResponse.Builder disputes = QueryDisputesResponse.newBuilder();
    for (DisputeRecord dispute : state.disputes.values()) {
      if (!request.getOpenOnly() || ReceiptDisputes.isOpen(dispute)) {
        disputes.addDisputes(dispute);
      }
    }
    return new Queries.Found(disputes.build());
  }
}
