package exacta.host;

import com.google.protobuf.ByteString;
import exacta.crypto.PrivateKey;
import exacta.engine.Batcher;
import exacta.engine.Model;
import exacta.primitives.Hasher;
import exacta.protocol.Message;
import exacta.protocol.Wire;
import exacta.protocol.v1.MsgSettle;
import exacta.protocol.v1.MsgSprintCommit;
import exacta.protocol.v1.QueryAuditsResponse;
import exacta.protocol.v1.ReceiptDuty;
import exacta.protocol.v1.ReceiptSample;
import exacta.protocol.v1.SettledLane;
import exacta.protocol.v1.SettlementRecord;
import exacta.protocol.v1.SprintDuty;
import exacta.protocol.v1.SprintEntry;
import exacta.protocol.v1.SprintRecord;
import java.nio.file.Path;
import java.util.List;

/**
 * One host and one auditor on a chain in memory: the host does its work, the auditor checks all of
 * it, and what the auditor told the chain is the result. For tests of those who cheat.
 */
public final class AuditScene implements AutoCloseable {
  private static final long NONCES = 8;

  private final TestMachine machine;
  private final PrivateKey seller = TestMachine.key("seller");
  private final PrivateKey auditor = TestMachine.key("auditor");

  public AuditScene(Path home) {
    machine = new TestMachine(home);
    machine.chain.host(seller.address(), 1, machine.ask());
  }

  public Path modelFile() {
    return machine.home.resolve("model.gguf");
  }

  public Model model() {
    return machine.model;
  }

  public Batcher batcher() {
    return machine.batcher;
  }

  /** A Sprint of eight nonces, all of them audited. */
  public List<Message> sprint(NonceWork work) {
    SprintRecord.Builder sprint =
        SprintRecord.newBuilder()
            .setSprint(1)
            .setSeed(Wire.bytes(Hasher.of("scene").finish()))
            .setComputeEnd(5)
            .setCommitEnd(8)
            .setDrawHeight(9)
            .setAuditEnd(20)
            .setAnswerEnd(28)
            .setDisputeEnd(36);
    machine.chain.sprint(sprint.build());
    ChainView view = new ChainView(machine.chain);
    NonceWork counted =
        (model, host, first, count) -> {
          if (first + count >= NONCES) {
            view.advance(5);
          }
          return work.nonces(model, host, first, count);
        };
    SprintBook book = new SprintBook(machine.settings("seller").home().resolve("sprints"));
    attempt(
        new SprintRunner(seller.address(), machine.compute, counted, view, book, HostLog.SILENT));
    MsgSprintCommit commit = machine.chain.sent(Message.SprintCommit.class).getLast().body();
    SprintDuty.Builder duty = SprintDuty.newBuilder().setAuditor(auditor.address().toString());
    for (long item = 0; item < commit.getCount(); item++) {
      duty.addItems(item);
    }
    sprint.addEntries(
        SprintEntry.newBuilder()
            .setHost(commit.getHost())
            .setClaimed(commit.getCount())
            .setRoot(commit.getRoot())
            .addDuties(duty));
    machine.chain.sprint(sprint.build());
    machine.chain.height(10);
    return auditorsMessages((now, peers) ->
        new SprintAuditor(auditor.address(), machine.compute, now, peers, HostLog.SILENT));
  }

  /** Three answers, one coin of each audited. */
  public List<Message> receipts(AnswerWork work) throws Exception {
    TestDeveloper developer = new TestDeveloper(machine, "dev");
    machine.chain.session(
        developer.session, developer.key.publicKey(), 5, seller.address(), 100_000);
    try (Host host = machine.start("seller", work)) {
      developer.ask(host, 1, 0, 10);
      developer.ask(host, 2, 35, 20);
      developer.ask(host, 3, 100, 20);
    }
    machine.chain.height(121);
    try (LaneBook book = LaneBook.open(machine.settings("seller").home().resolve("lanes"))) {
      attempt(new Settler(seller.address(), new ChainView(machine.chain), book, HostLog.SILENT));
    }
    MsgSettle settle = machine.chain.sent(Message.Settle.class).getLast().body();
    ReceiptDuty.Builder duty = ReceiptDuty.newBuilder().setAuditor(auditor.address().toString());
    for (long coin : new long[] {0, 40, 120}) {
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
            .addDuties(duty)
            .build();
    machine.chain.audits(
        QueryAuditsResponse.newBuilder()
            .setAuditEnd(169)
            .setAnswerEnd(185)
            .addSettlements(record)
            .build());
    machine.chain.height(135);
    ReceiptShelf shelf = new ReceiptShelf(machine.home.resolve("challenged"));
    return auditorsMessages((now, peers) ->
        new ReceiptAuditor(auditor.address(), machine.compute, now, peers, shelf, HostLog.SILENT));
  }

  private interface Auditing {
    Duty.Source with(ChainView view, Peers peers);
  }

  private List<Message> auditorsMessages(Auditing auditing) {
    try (Host _ = machine.start("seller")) {
      int before = machine.chain.sent().size();
      ChainView now = new ChainView(machine.chain);
      try (Peers peers = new Peers(now, auditor)) {
        attempt(auditing.with(now, peers));
      }
      List<Message> sent = machine.chain.sent();
      return sent.subList(before, sent.size());
    }
  }

  private static void attempt(Duty.Source source) {
    source.duties().forEach(duty -> duty.attempt().run());
  }

  @Override
  public void close() {
    machine.close();
  }
}
