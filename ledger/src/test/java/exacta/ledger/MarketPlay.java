package exacta.ledger;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import exacta.crypto.Address;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import exacta.protocol.Message;
import exacta.protocol.QueryPaths;
import exacta.protocol.TransactionAnswers;
import exacta.protocol.Wire;
import exacta.protocol.v1.DisputeRecord;
import exacta.protocol.v1.LaneCap;
import exacta.protocol.v1.LaneRecord;
import exacta.protocol.v1.MsgCloseSession;
import exacta.protocol.v1.MsgOpenSession;
import exacta.protocol.v1.MsgReceiptAttest;
import exacta.protocol.v1.MsgReceiptCall;
import exacta.protocol.v1.MsgReceiptChallenge;
import exacta.protocol.v1.MsgSettle;
import exacta.protocol.v1.MsgTopUpSession;
import exacta.protocol.v1.MsgVerdict;
import exacta.protocol.v1.NotShown;
import exacta.protocol.v1.Payment;
import exacta.protocol.v1.QueryAuditsRequest;
import exacta.protocol.v1.QueryAuditsResponse;
import exacta.protocol.v1.QueryDisputesRequest;
import exacta.protocol.v1.QueryDisputesResponse;
import exacta.protocol.v1.QueryPaymentsRequest;
import exacta.protocol.v1.QueryPaymentsResponse;
import exacta.protocol.v1.QuerySessionRequest;
import exacta.protocol.v1.QuerySessionResponse;
import exacta.protocol.v1.ReceiptDuty;
import exacta.protocol.v1.ReceiptSample;
import exacta.protocol.v1.Recomputed;
import exacta.protocol.v1.SessionRecord;
import exacta.protocol.v1.SettlementRecord;
import exacta.protocol.v1.ShownProof;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The market of a scenario: its messages, and what its queries say, by people's names. */
final class MarketPlay {
  final Scenario scenario;
  private final Map<ByteString, Map<String, MarketLane>> lanes = new HashMap<>();

  MarketPlay(Scenario scenario) {
    this.scenario = scenario;
  }

  /** Opens a session whose key is the name's. */
  ByteString open(String developer, String sessionKey, long lastEpoch, Map<String, Long> caps) {
    TxResult result = scenario.send(developer, openMessage(developer, sessionKey, lastEpoch, caps));
    assertTrue(result.isAccepted(), result.log());
    return opened(result, sessionKey);
  }

  ByteString opened(TxResult result, String sessionKey) {
    ByteString session = Wire.bytes(TransactionAnswers.openedSession(result.data()).orElseThrow());
    Map<String, MarketLane> byHost = new HashMap<>();
    for (LaneRecord lane : session(session).getLanesList()) {
      String host = scenario.name(lane.getHost());
      byHost.put(host, newLane(session, sessionKey, host));
    }
    lanes.put(session, byHost);
    return session;
  }

  MarketLane newLane(ByteString session, String sessionKey, String host) {
    return new MarketLane(
        Scenario.CHAIN_ID,
        session,
        scenario.key(sessionKey),
        scenario.key(host),
        Wire.bytes(Scenario.MODEL));
  }

  MarketLane lane(ByteString session, String host) {
    return lanes.get(session).get(host);
  }

  Message openMessage(String developer, String sessionKey, long lastEpoch, Map<String, Long> caps) {
    return new Message.OpenSession(
        MsgOpenSession.newBuilder()
            .setDeveloper(text(developer))
            .setSessionKey(ByteString.copyFrom(scenario.key(sessionKey).publicKey().toBytes()))
            .setLastEpoch(lastEpoch)
            .addAllLanes(caps(caps))
            .build());
  }

  Message topUp(String developer, ByteString session, Map<String, Long> caps) {
    return new Message.TopUpSession(
        MsgTopUpSession.newBuilder()
            .setDeveloper(text(developer))
            .setSession(session)
            .addAllLanes(caps(caps))
            .build());
  }

  Message close(String developer, ByteString session) {
    return new Message.CloseSession(
        MsgCloseSession.newBuilder().setDeveloper(text(developer)).setSession(session).build());
  }

  private List<LaneCap> caps(Map<String, Long> caps) {
    return caps.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(cap ->
            LaneCap.newBuilder().setHost(text(cap.getKey())).setAmount(cap.getValue()).build())
        .toList();
  }

  static Message settle(MsgSettle.Builder settle) {
    return new Message.Settle(settle.build());
  }

  Message attest(String auditor, long epoch, String host) {
    return new Message.ReceiptAttest(
        MsgReceiptAttest.newBuilder()
            .setAuditor(text(auditor))
            .setEpoch(epoch)
            .setHost(text(host))
            .setAttestation(Wire.bytes(Hasher.of("test-attestation").finish()))
            .build());
  }

  Message call(String caller, long epoch, String host, ReceiptSample sample) {
    return new Message.ReceiptCall(
        MsgReceiptCall.newBuilder()
            .setCaller(text(caller))
            .setEpoch(epoch)
            .setHost(text(host))
            .setSession(sample.getSession())
            .setCoin(sample.getCoin())
            .build());
  }

  Message challenge(String challenger, long epoch, MsgReceiptChallenge.Builder challenge) {
    return new Message.ReceiptChallenge(
        challenge.setChallenger(text(challenger)).setEpoch(epoch).build());
  }

  Message vote(String juror, long dispute, Recomputed recomputed) {
    return new Message.Verdict(
        MsgVerdict.newBuilder()
            .setJuror(text(juror))
            .setDispute(dispute)
            .setRecomputed(recomputed)
            .build());
  }

  Message vote(String juror, long dispute, Recomputed recomputed, ShownProof shown) {
    return new Message.Verdict(
        MsgVerdict.newBuilder()
            .setJuror(text(juror))
            .setDispute(dispute)
            .setRecomputed(recomputed)
            .setShown(shown)
            .build());
  }

  Message voteNotShown(String juror, long dispute) {
    return new Message.Verdict(
        MsgVerdict.newBuilder()
            .setJuror(text(juror))
            .setDispute(dispute)
            .setNotShown(NotShown.getDefaultInstance())
            .build());
  }

  /** The true vote about a receipt that the chain knows. */
  static Recomputed truth(DisputeRecord dispute) {
    Digest32 orderHash = Wire.digest(dispute.getOrderHash());
    return MarketLane.answer(orderHash, dispute.getCount());
  }

  /** Attests all duties of the epoch in the next block. */
  void attestAll(long epoch) {
    for (SettlementRecord settlement : audits(epoch).getSettlementsList()) {
      for (ReceiptDuty duty : settlement.getDutiesList()) {
        String auditor = scenario.name(duty.getAuditor());
        scenario.queue(auditor, attest(auditor, epoch, scenario.name(settlement.getHost())));
      }
    }
    scenario.advance().forEach(result -> assertTrue(result.isAccepted(), result.log()));
  }

  /** Makes blocks until the next one is this one of the epoch, counted from 1. */
  void advanceTo(long epoch, long block) {
    scenario.advanceTo(epoch * scenario.timetable().epochBlocks() + block - 1);
  }

  SessionRecord session(ByteString session) {
    return scenario
        .ask(
            QueryPaths.SESSION,
            QuerySessionRequest.newBuilder().setSession(session).build(),
            QuerySessionResponse.parser())
        .getSession();
  }

  QueryAuditsResponse audits(long epoch) {
    return scenario.ask(
        QueryPaths.AUDITS,
        QueryAuditsRequest.newBuilder().setEpoch(epoch).build(),
        QueryAuditsResponse.parser());
  }

  SettlementRecord settlement(long epoch, String host) {
    return audits(epoch).getSettlementsList().stream()
        .filter(settlement -> settlement.getHost().equals(text(host)))
        .findFirst()
        .orElseThrow();
  }

  List<DisputeRecord> disputes() {
    return scenario
        .ask(
            QueryPaths.DISPUTES,
            QueryDisputesRequest.getDefaultInstance(),
            QueryDisputesResponse.parser())
        .getDisputesList();
  }

  QueryPaymentsResponse payments(long epoch) {
    return scenario.ask(
        QueryPaths.PAYMENTS,
        QueryPaymentsRequest.newBuilder().setEpoch(epoch).build(),
        QueryPaymentsResponse.parser());
  }

  /** What a line of an epoch's fees says; 0 if there is none. */
  long fee(long epoch, String role, String account) {
    String name = role.equals("training") ? account : text(account);
    return payments(epoch).getFeesList().stream()
        .filter(fee -> fee.getRole().equals(role) && fee.getAccount().equals(name))
        .mapToLong(Payment::getAmount)
        .sum();
  }

  String text(String who) {
    Address address = scenario.address(who);
    return address.toString();
  }
}
