package exacta.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import exacta.crypto.PrivateKey;
import exacta.engine.AnswerRequest;
import exacta.engine.Generation;
import exacta.engine.Model;
import exacta.host.Duty.Progress;
import exacta.primitives.Hasher;
import exacta.protocol.Message;
import exacta.protocol.Receipts;
import exacta.protocol.Signing;
import exacta.protocol.Wire;
import exacta.protocol.v1.DisputeKind;
import exacta.protocol.v1.DisputeRecord;
import exacta.protocol.v1.MsgReceiptChallenge;
import exacta.protocol.v1.MsgSettle;
import exacta.protocol.v1.MsgVerdict;
import exacta.protocol.v1.QueryAuditsResponse;
import exacta.protocol.v1.Receipt;
import exacta.protocol.v1.ReceiptDuty;
import exacta.protocol.v1.ReceiptSample;
import exacta.protocol.v1.SettledLane;
import exacta.protocol.v1.SettlementRecord;
import exacta.testkit.TinyModels;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settlement, audit and jury of one host's receipts, of epoch 0 in epoch 1. */
class ReceiptDutyIntegrationTest {
  private static final long SETTLING = 121;
  private static final long AUDITING = 135;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @TempDir Path home;
  private TestMachine machine;
  private TestDeveloper developer;
  private final PrivateKey seller = TestMachine.key("seller");
  private final PrivateKey auditor = TestMachine.key("auditor");
  private final PrivateKey juror = TestMachine.key("juror");

  @BeforeEach
  void start() {
    machine = new TestMachine(home);
    developer = new TestDeveloper(machine, "dev");
    machine.chain.session(
        developer.session, developer.key.publicKey(), 5, seller.address(), 100_000);
  }

  @AfterEach
  void stop() {
    machine.close();
  }

  /** Three orders: of 5 + 3 * 10 ngonka, of 5 + 3 * 20, and of the same without acknowledgement. */
  private void buy(Host host) throws Exception {
    developer.ask(host, 1, 0, 10);
    developer.ask(host, 2, 35, 20);
    developer.ask(host, 3, 100, 20);
  }

  /** What the host settles, as the chain records it, with these coins drawn for the auditor. */
  private SettlementRecord settle(long... coins) {
    machine.chain.height(SETTLING);
    ChainView view = new ChainView(machine.chain);
    try (LaneBook book = LaneBook.open(machine.settings("seller").home().resolve("lanes"))) {
      Settler settler = new Settler(seller.address(), view, book, HostLog.SILENT);
      assertInstanceOf(Progress.Done.class, settler.duties().getFirst().attempt().run());
    }
    MsgSettle settle = machine.chain.sent(Message.Settle.class).getFirst().body();
    ReceiptDuty.Builder duty = ReceiptDuty.newBuilder().setAuditor(auditor.address().toString());
    for (long coin : coins) {
      duty.addSamples(ReceiptSample.newBuilder().setSession(developer.session).setCoin(coin));
    }
    SettlementRecord record =
        SettlementRecord.newBuilder()
            .setHost(seller.address().toString())
            .addLanes(
                SettledLane.newBuilder()
                    .setSession(developer.session)
                    .setFirstNumber(1)
                    .setLastNumber(settle.getLastNumber())
                    .setRoot(settle.getRoot())
                    .setSum(settle.getSum())
                    .setSessionKey(ByteString.copyFrom(developer.key.publicKey().toBytes())))
            .setTotal(settle.getSum())
            .addDuties(duty)
            .build();
    audits(record);
    return record;
  }

  private void audits(SettlementRecord record) {
    machine.chain.audits(
        QueryAuditsResponse.newBuilder()
            .setEpoch(0)
            .setSettlementEnd(132)
            .setAuditEnd(169)
            .setAnswerEnd(185)
            .addSettlements(record)
            .build());
    machine.chain.height(AUDITING);
  }

  private Progress audit(long height) {
    machine.chain.height(height);
    return act(
        auditor,
        machine.compute,
        (view, peers) ->
            new ReceiptAuditor(
                auditor.address(),
                machine.compute,
                view,
                peers,
                new ReceiptShelf(shelfOf("auditor")),
                HostLog.SILENT));
  }

  private Path shelfOf(String name) {
    return machine.settings(name).home().resolve("challenged");
  }

  private interface Maker {
    Duty.Source make(ChainView view, Peers peers);
  }

  private Progress act(PrivateKey key, HostCompute compute, Maker maker) {
    ChainView view = new ChainView(machine.chain);
    try (Peers peers = new Peers(view, key)) {
      return maker.make(view, peers).duties().getFirst().attempt().run();
    }
  }

  private Progress vote(long height) {
    machine.chain.height(height);
    return act(
        juror,
        machine.compute,
        (view, peers) -> new Juror(juror.address(), machine.compute, view, peers, HostLog.SILENT));
  }

  @Test
  void attestsAnHonestHost() throws Exception {
    try (Host host = machine.start("seller")) {
      buy(host);
    }
    SettlementRecord record = settle(0, 34, 35, 99, 100, 164);
    assertEquals(165, record.getTotal());
    try (Host _ = machine.start("seller")) {
      assertInstanceOf(Progress.Done.class, audit(AUDITING));
    }
    assertEquals(1, machine.chain.sent(Message.ReceiptAttest.class).size());
    MsgSettle settle = machine.chain.sent(Message.Settle.class).getFirst().body();
    assertEquals(1, settle.getOpenCount(), "the newest order's receipt is not acknowledged");
  }

  @Test
  void attestsToWhatAHostToldOfTheLikeliestTokens() throws Exception {
    try (Host host = machine.start("seller")) {
      developer.ask(host, 1, 0, TestDeveloper.telling(developer.request(20), 6));
    }
    settle(0, 64);
    try (Host _ = machine.start("seller")) {
      assertInstanceOf(Progress.Done.class, audit(AUDITING));
    }
    assertEquals(1, machine.chain.sent(Message.ReceiptAttest.class).size());
  }

  /** Tokens and their log-probabilities are right; what is told of others is not all. */
  @Test
  void challengesWrongLikeliestTokens() throws Exception {
    AnswerWork cheat =
        (request, _) -> {
          AnswerRequest less =
              new AnswerRequest(
                  request.prompt(),
                  request.maxTokens(),
                  request.sampling().withLikeliest(5),
                  request.key(),
                  request.had());
          return Generation.begin(machine.model, less);
        };
    try (Host host = machine.start("seller", cheat)) {
      developer.ask(host, 1, 0, TestDeveloper.telling(developer.request(20), 6));
    }
    settle(40);
    try (Host _ = machine.start("seller")) {
      assertInstanceOf(Progress.Done.class, audit(AUDITING));
    }
    assertEquals(1, machine.chain.sent(Message.ReceiptChallenge.class).size());
    assertTrue(machine.chain.sent(Message.ReceiptAttest.class).isEmpty());
  }

  @Test
  void challengesAnotherModel() throws Exception {
    Path other = home.resolve("other.gguf");
    TinyModels.llama(8, other);
    try (Model weak = Model.open(other, machine.pool.kernels())) {
      AnswerWork cheat = (request, _) -> Generation.begin(weak, request);
      try (Host host = machine.start("seller", cheat)) {
        buy(host);
      }
    }
    settle(40);
    try (Host _ = machine.start("seller")) {
      assertInstanceOf(Progress.Done.class, audit(AUDITING));
    }
    MsgReceiptChallenge challenge =
        machine.chain.sent(Message.ReceiptChallenge.class).getFirst().body();
    assertEquals(2, challenge.getNumber());
    assertTrue(machine.chain.sent(Message.ReceiptAttest.class).isEmpty());

    // The accused shows nothing any more; the jurors get it from the challenger.
    Receipt receipt = Receipts.parse(challenge.getReceipt()).orElseThrow();
    machine.chain.host(seller.address(), 1, machine.ask());
    machine.chain.dispute(
        dispute(DisputeKind.DISPUTE_KIND_RECEIPT)
            .setNumber(challenge.getNumber())
            .setOrderHash(Wire.bytes(Signing.hash("order", challenge.getOrder())))
            .setCount(receipt.getCount())
            .build());
    try (Host _ = machine.start("auditor")) {
      assertInstanceOf(Progress.Done.class, vote(190));
    }
    MsgVerdict verdict = machine.chain.sent(Message.Verdict.class).getFirst().body();
    assertTrue(verdict.hasRecomputed());
    assertTrue(!verdict.getRecomputed().getStreamHash().equals(receipt.getStreamHash()));
  }

  private DisputeRecord.Builder dispute(DisputeKind kind) {
    return DisputeRecord.newBuilder()
        .setDispute(3)
        .setKind(kind)
        .setHost(seller.address().toString())
        .setChallenger(auditor.address().toString())
        .setEpoch(0)
        .setSession(developer.session)
        .setCoin(40)
        .addJurors(juror.address().toString())
        .setVoteFrom(187)
        .setVoteTo(210);
  }

  @Test
  void callsAHostThatShowsNothing() throws Exception {
    try (Host host = machine.start("seller")) {
      buy(host);
    }
    settle(40, 120);
    machine.chain.host(seller.address(), 1, machine.ask());
    assertInstanceOf(Progress.Waiting.class, audit(AUDITING));
    assertTrue(machine.chain.sent(Message.ReceiptCall.class).isEmpty(), "there is time");
    assertInstanceOf(Progress.Waiting.class, audit(163));
    assertEquals(2, machine.chain.sent(Message.ReceiptCall.class).size());

    machine.chain.dispute(dispute(DisputeKind.DISPUTE_KIND_NOT_SHOWN).build());
    assertInstanceOf(Progress.Waiting.class, audit(164));
    assertEquals(2, machine.chain.sent(Message.ReceiptCall.class).size(), "it calls once");
    assertInstanceOf(Progress.Waiting.class, vote(190));
    assertInstanceOf(Progress.Done.class, vote(205));
    assertTrue(machine.chain.sent(Message.Verdict.class).getFirst().body().hasNotShown());
  }

  @Test
  void bringsTheChainWhatWasShownToTheJuryOnly() throws Exception {
    try (Host host = machine.start("seller")) {
      buy(host);
    }
    settle(40);
    machine.chain.dispute(dispute(DisputeKind.DISPUTE_KIND_NOT_SHOWN).build());
    try (Host _ = machine.start("seller")) {
      assertInstanceOf(Progress.Done.class, vote(190));
    }
    MsgVerdict verdict = machine.chain.sent(Message.Verdict.class).getFirst().body();
    assertEquals(2, verdict.getShown().getNumber());
    Receipt receipt = Receipts.parse(verdict.getShown().getReceipt()).orElseThrow();
    assertEquals(receipt.getStreamHash(), verdict.getRecomputed().getStreamHash());
  }

  @Test
  void showsReceiptsOnlyToThoseWhoMustCheckThem() throws Exception {
    try (Host host = machine.start("seller")) {
      buy(host);
    }
    settle(40);
    try (Host host = machine.start("seller")) {
      ChainView view = new ChainView(machine.chain);
      String address = host.address().toString();
      ReceiptCheck.Wanted drawn = ReceiptCheck.Wanted.coin(40);
      try (Peers peers = new Peers(view, auditor);
          Peers curious = new Peers(view, TestMachine.key("curious"))) {
        assertInstanceOf(
            Peers.Got.class,
            peers.receipt(address, address, 0, developer.session, drawn, PATIENCE));
        ReceiptCheck.Wanted other = ReceiptCheck.Wanted.coin(41);
        assertInstanceOf(
            Peers.Nothing.class,
            peers.receipt(address, address, 0, developer.session, other, PATIENCE));
        assertInstanceOf(
            Peers.Nothing.class,
            curious.receipt(address, address, 0, developer.session, drawn, PATIENCE));
      }
    }
  }

  @Test
  void doesNotTakeSomethingElseForAReceipt() throws Exception {
    try (Host host = machine.start("seller")) {
      buy(host);
    }
    SettlementRecord record = settle(40);
    ReceiptCheck check = new ReceiptCheck(TestChain.CHAIN_ID, seller.address(), record.getLanes(0));
    ReceiptCheck.Wanted wanted = ReceiptCheck.Wanted.coin(40);
    try (Host host = machine.start("seller")) {
      ChainView view = new ChainView(machine.chain);
      String address = host.address().toString();
      try (Peers peers = new Peers(view, auditor)) {
        var shown =
            ((Peers.Got<exacta.protocol.v1.ShownReceipt>)
                    peers.receipt(address, address, 0, developer.session, wanted, PATIENCE))
                .value();
        assertInstanceOf(ReceiptCheck.Shown.class, check.check(shown, wanted));
        List<Function<exacta.protocol.v1.ShownReceipt.Builder, ?>> edits =
            List.of(
                edit -> edit.setTokens(3, 1 + edit.getTokens(3)),
                edit -> edit.setLogProbabilities(0, -0.5f),
                edit -> edit.addTokens(1),
                edit -> edit.addHad(1),
                edit -> edit.setNumber(3),
                edit -> edit.clearPath(),
                edit -> edit.setOrder(edit.getReceipt()),
                edit -> edit.clearReceipt(),
                edit ->
                    edit.setRequest(
                        edit.getRequest().toBuilder()
                            .setSeed(Wire.bytes(Hasher.of("x").finish()))));
        for (int i = 0; i < edits.size(); i++) {
          var edited = shown.toBuilder();
          edits.get(i).apply(edited);
          assertInstanceOf(
              ReceiptCheck.NotShown.class, check.check(edited.build(), wanted), "edit " + i);
        }
        assertInstanceOf(
            ReceiptCheck.NotShown.class, check.check(shown, ReceiptCheck.Wanted.coin(100)));
      }
    }
  }
}
