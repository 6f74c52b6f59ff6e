package exacta.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import exacta.crypto.Address;
import exacta.crypto.PrivateKey;
import exacta.host.Duty.Progress;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import exacta.primitives.MerkleTree;
import exacta.protocol.Attestations;
import exacta.protocol.Message;
import exacta.protocol.Wire;
import exacta.protocol.v1.MsgSprintCommit;
import exacta.protocol.v1.OpenedLeaf;
import exacta.protocol.v1.SprintCallRecord;
import exacta.protocol.v1.SprintDuty;
import exacta.protocol.v1.SprintEntry;
import exacta.protocol.v1.SprintRecord;
import exacta.sprint.SprintLeaf;
import exacta.sprint.SprintModel;
import exacta.sprint.SprintShape;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SprintDutyTest {
  private static final Digest32 SEED = Hasher.of("test-sprint").finish();
  private static final SprintShape SHAPE = new SprintShape(64, 2, 4);
  private static final List<Long> ITEMS = List.of(1L, 5L, 6L);

  @TempDir Path home;
  private TestMachine machine;
  private final PrivateKey runner = TestMachine.key("runner");
  private final PrivateKey auditor = TestMachine.key("auditor");

  @BeforeEach
  void start() {
    machine = new TestMachine(home);
    machine.chain.host(runner.address(), 1, machine.ask());
    machine.chain.sprint(sprint().build());
  }

  @AfterEach
  void stop() {
    machine.close();
  }

  private static SprintRecord.Builder sprint() {
    return SprintRecord.newBuilder()
        .setSprint(1)
        .setSeed(Wire.bytes(SEED))
        .setStartHeight(1)
        .setComputeEnd(5)
        .setCommitEnd(8)
        .setDrawHeight(9)
        .setAuditEnd(20)
        .setAnswerEnd(28)
        .setDisputeEnd(36);
  }

  /** A host's Sprint from the first nonce to its commitment; height 5 comes after two batches. */
  private MsgSprintCommit commit(SprintBook book, NonceWork work) {
    ChainView view = new ChainView(machine.chain);
    NonceWork counted =
        (model, host, first, count) -> {
          if (first == 4) {
            view.advance(5);
          }
          return work.nonces(model, host, first, count);
        };
    SprintRunner sprints =
        new SprintRunner(runner.address(), machine.compute, counted, view, book, HostLog.SILENT);
    Duty duty = sprints.duties().getFirst();
    assertInstanceOf(Progress.Done.class, duty.attempt().run());
    return machine.chain.sent(Message.SprintCommit.class).getLast().body();
  }

  private SprintBook book() {
    return new SprintBook(home.resolve("sprints"));
  }

  @Test
  void commitsToWhatItComputedAndOpensItAfterARestart() {
    MsgSprintCommit commit = commit(book(), NonceWork.HONEST);
    assertEquals(8, commit.getCount());
    List<OpenedLeaf> leaves = book().open(1, ITEMS).orElseThrow();
    SprintModel model = SprintModel.derive(SEED, SHAPE, machine.pool.kernels());
    for (OpenedLeaf leaf : leaves) {
      Digest32 digest = model.nonce(runner.address().toBytes(), leaf.getItem());
      Digest32 expected = SprintLeaf.of(leaf.getItem(), digest);
      assertEquals(Wire.bytes(expected), leaf.getLeaf());
      assertTrue(
          MerkleTree.verify(
              Wire.digest(commit.getRoot()),
              commit.getCount(),
              leaf.getItem(),
              expected,
              Wire.parseDigests(leaf.getPathList()).orElseThrow()));
    }
    assertTrue(book().open(1, List.of(8L)).isEmpty());
    assertTrue(book().open(2, List.of(0L)).isEmpty());
  }

  @Test
  void answersACall() {
    MsgSprintCommit commit = commit(book(), NonceWork.HONEST);
    SprintCallRecord call =
        SprintCallRecord.newBuilder()
            .setCaller(auditor.address().toString())
            .addAllItems(ITEMS)
            .build();
    machine.chain.sprint(sprint().addEntries(entry(commit).addCalls(call)).build());
    SprintRunner sprints =
        new SprintRunner(
            runner.address(),
            machine.compute,
            NonceWork.HONEST,
            new ChainView(machine.chain),
            book(),
            HostLog.SILENT);
    List<Duty> duties = sprints.duties();
    assertEquals(1, duties.size());
    assertInstanceOf(Progress.Done.class, duties.getFirst().attempt().run());
    assertEquals(
        book().open(1, ITEMS).orElseThrow(),
        machine.chain.sent(Message.SprintAnswer.class).getFirst().body().getLeavesList());
  }

  private SprintEntry.Builder entry(MsgSprintCommit commit) {
    return SprintEntry.newBuilder()
        .setHost(commit.getHost())
        .setClaimed(commit.getCount())
        .setRoot(commit.getRoot())
        .addDuties(
            SprintDuty.newBuilder().setAuditor(auditor.address().toString()).addAllItems(ITEMS));
  }

  /** One attempt of the auditor at this height. */
  private Progress audit(long height) {
    machine.chain.height(height);
    ChainView view = new ChainView(machine.chain);
    try (Peers peers = new Peers(view, auditor)) {
      SprintAuditor audits =
          new SprintAuditor(auditor.address(), machine.compute, view, peers, HostLog.SILENT);
      return audits.duties().getFirst().attempt().run();
    }
  }

  @Test
  void attestsAnHonestHost() {
    MsgSprintCommit commit = commit(new SprintBook(sprintsOf("runner")), NonceWork.HONEST);
    machine.chain.sprint(sprint().addEntries(entry(commit)).build());
    try (Host _ = machine.start("runner")) {
      assertInstanceOf(Progress.Done.class, audit(10));
    }
    SprintModel model = SprintModel.derive(SEED, SHAPE, machine.pool.kernels());
    byte[] address = runner.address().toBytes();
    List<Digest32> digests = ITEMS.stream().map(item -> model.nonce(address, item)).toList();
    assertEquals(
        Wire.bytes(Attestations.of(auditor.address(), runner.address(), digests)),
        machine.chain.sent(Message.SprintAttest.class).getFirst().body().getAttestation());
  }

  private Path sprintsOf(String name) {
    return machine.settings(name).home().resolve("sprints");
  }

  /** Leaves out nonce 5. */
  private static final NonceWork FAULTY =
      (model, host, first, count) ->
          NonceWork.HONEST.nonces(model, host, first, count).stream()
              .map(digest -> first == 4 ? Hasher.of("fake").digest(digest).finish() : digest)
              .toList();

  @Test
  void challengesAWrongLeaf() {
    MsgSprintCommit commit = commit(new SprintBook(sprintsOf("runner")), FAULTY);
    machine.chain.sprint(sprint().addEntries(entry(commit)).build());
    try (Host _ = machine.start("runner")) {
      assertInstanceOf(Progress.Done.class, audit(10));
    }
    OpenedLeaf leaf = machine.chain.sent(Message.SprintChallenge.class).getFirst().body().getLeaf();
    assertEquals(5, leaf.getItem());
    assertTrue(machine.chain.sent(Message.SprintAttest.class).isEmpty());
  }

  @Test
  void callsASilentHostAndComparesItsAnswer() {
    MsgSprintCommit commit = commit(book(), FAULTY);
    machine.chain.sprint(sprint().addEntries(entry(commit)).build());
    assertInstanceOf(Progress.Waiting.class, audit(10));
    assertTrue(machine.chain.sent(Message.SprintCall.class).isEmpty(), "there is time");
    assertInstanceOf(Progress.Waiting.class, audit(17));
    assertEquals(
        ITEMS, machine.chain.sent(Message.SprintCall.class).getFirst().body().getItemsList());
    SprintCallRecord.Builder call =
        SprintCallRecord.newBuilder()
            .setCaller(auditor.address().toString())
            .addAllItems(ITEMS)
            .setAnswered(true);
    book().open(1, ITEMS).orElseThrow().stream()
        .map(OpenedLeaf::toByteString)
        .forEach(call::addLeaves);
    machine.chain.sprint(sprint().addEntries(entry(commit).addCalls(call)).build());
    assertInstanceOf(Progress.Done.class, audit(22));
    assertEquals(1, machine.chain.sent(Message.SprintChallenge.class).size());
  }

  @Test
  void saysNothingOfAHostThatStaysSilent() {
    MsgSprintCommit commit = commit(book(), NonceWork.HONEST);
    ByteString root = commit.getRoot();
    SprintCallRecord call =
        SprintCallRecord.newBuilder()
            .setCaller(auditor.address().toString())
            .addAllItems(ITEMS)
            .build();
    machine.chain.sprint(sprint().addEntries(entry(commit).setRoot(root).addCalls(call)).build());
    int before = machine.chain.sent().size();
    assertInstanceOf(Progress.Waiting.class, audit(19));
    assertEquals(before, machine.chain.sent().size());
  }

  @Test
  void doesNotCommitTwice() {
    MsgSprintCommit commit = commit(book(), NonceWork.HONEST);
    machine.chain.sprint(sprint().addEntries(entry(commit)).build());
    Address me = runner.address();
    SprintRunner sprints =
        new SprintRunner(
            me,
            machine.compute,
            NonceWork.HONEST,
            new ChainView(machine.chain),
            book(),
            HostLog.SILENT);
    assertTrue(sprints.duties().isEmpty());
  }
}
