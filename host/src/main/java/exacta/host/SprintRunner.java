package exacta.host;

import exacta.chainclient.TransactionOutcome;
import exacta.crypto.Address;
import exacta.engine.ComputePool.Priority;
import exacta.host.Duty.Progress;
import exacta.primitives.Digest32;
import exacta.primitives.ExactaException;
import exacta.primitives.MerkleTree;
import exacta.protocol.Message;
import exacta.protocol.Wire;
import exacta.protocol.v1.ChainParameters;
import exacta.protocol.v1.MsgSprintAnswer;
import exacta.protocol.v1.MsgSprintCommit;
import exacta.protocol.v1.OpenedLeaf;
import exacta.protocol.v1.SprintCallRecord;
import exacta.protocol.v1.SprintEntry;
import exacta.protocol.v1.SprintRecord;
import exacta.sprint.SprintModel;
import exacta.sprint.SprintShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A host's part in a Sprint: computes nonces while the window lasts, with what requests and audits
 * leave free, commits to them, and answers calls. Spec: host-api.md#sprint.
 */
final class SprintRunner implements Duty.Source {
  /** Nonces of one unit of work: little enough that a request hardly waits for it. */
  private static final int BATCH = 4;

  private final Address host;
  private final HostCompute compute;
  private final NonceWork work;
  private final ChainView chain;
  private final SprintBook book;
  private final HostLog log;

  SprintRunner(
      Address host,
      HostCompute compute,
      NonceWork work,
      ChainView chain,
      SprintBook book,
      HostLog log) {
    this.host = host;
    this.compute = compute;
    this.work = work;
    this.chain = chain;
    this.book = book;
    this.log = log;
  }

  @Override
  public List<Duty> duties() {
    Optional<SprintRecord> newest = chain.newestSprint();
    if (newest.isEmpty() || newest.get().getSeed().size() != Digest32.BYTES) {
      return List.of();
    }
    SprintRecord sprint = newest.get();
    List<Duty> duties = new ArrayList<>();
    boolean sells =
        chain.host(host.toString()).filter(record -> record.getRegistered()).isPresent();
    if (sells && entry(sprint, host.toString()).isEmpty()) {
      duties.add(
          new Duty(
              "work log of Sprint " + sprint.getSprint(),
              sprint.getCommitEnd(),
              () -> computeAndCommit(sprint)));
    }
    for (SprintCallRecord call : openCalls(sprint)) {
      duties.add(
          new Duty(
              "answer of Sprint %d to %s".formatted(sprint.getSprint(), call.getCaller()),
              sprint.getAnswerEnd(),
              () -> answer(sprint.getSprint(), call)));
    }
    return duties;
  }

  /** What a host committed to. */
  static Optional<SprintEntry> entry(SprintRecord sprint, String host) {
    return sprint.getEntriesList().stream()
        .filter(entry -> entry.getHost().equals(host) && entry.getClaimed() > 0)
        .findFirst();
  }

  static SprintShape shape(ChainParameters parameters) {
    return new SprintShape(
        parameters.getSprintDim(), parameters.getSprintLayers(), parameters.getSprintLength());
  }

  /** Whether nonces are being computed now, by everybody. */
  static boolean isComputing(ChainView chain) {
    return chain
        .newestSprint()
        .filter(sprint -> !sprint.getSeed().isEmpty() && chain.height() < sprint.getComputeEnd())
        .isPresent();
  }

  private List<SprintCallRecord> openCalls(SprintRecord sprint) {
    return entry(sprint, host.toString()).stream()
        .flatMap(entry -> entry.getCallsList().stream())
        .filter(call -> !call.getAnswered())
        .toList();
  }

  private Progress computeAndCommit(SprintRecord sprint) {
    Optional<MerkleTree> known = book.log(sprint.getSprint());
    if (known.isEmpty() && chain.height() < sprint.getComputeEnd()) {
      List<Digest32> digests = compute(sprint);
      if (!digests.isEmpty()) {
        known = Optional.of(book.keep(sprint.getSprint(), digests));
      }
    }
    if (known.isEmpty()) {
      return Duty.waiting("no nonce was computed in time");
    }
    if (chain.height() < sprint.getComputeEnd()) {
      return Duty.waiting("the commit window has not begun");
    }
    MerkleTree tree = known.get();
    TransactionOutcome outcome =
        chain
            .chain()
            .send(
                new Message.SprintCommit(
                    MsgSprintCommit.newBuilder()
                        .setHost(host.toString())
                        .setSprint(sprint.getSprint())
                        .setCount(tree.count())
                        .setRoot(Wire.bytes(tree.root()))
                        .build()));
    if (outcome.code() != 0) {
      return Duty.waiting(outcome.log());
    }
    log.sprintCommitted(sprint.getSprint(), tree.count(), tree.root());
    return Duty.done();
  }

  /**
   * What can be computed until the window is over. What still waits for its turn then is left: the
   * commitment must not come too late.
   */
  private List<Digest32> compute(SprintRecord sprint) {
    List<Digest32> digests = new ArrayList<>();
    Thread worker = Thread.ofVirtual().start(() -> compute(sprint, digests));
    try {
      chain.await(sprint.getComputeEnd());
      worker.interrupt();
      worker.join();
      return digests;
    } catch (InterruptedException e) {
      worker.interrupt();
      Thread.currentThread().interrupt();
      return List.of();
    }
  }

  private void compute(SprintRecord sprint, List<Digest32> digests) {
    try {
      SprintModel model =
          compute.sprintModel(
              Wire.digest(sprint.getSeed()), shape(chain.parameters()), Priority.NONCE, host);
      log.sprintComputing(sprint.getSprint());
      while (chain.height() < sprint.getComputeEnd()) {
        int first = digests.size();
        digests.addAll(
            compute
                .pool()
                .call(
                    Priority.NONCE, host, () -> work.nonces(model, host.toBytes(), first, BATCH)));
      }
    } catch (ExactaException e) {
      if (chain.height() < sprint.getComputeEnd()) {
        log.retrying("nonces of Sprint " + sprint.getSprint(), e.getMessage(), 1);
      }
    }
  }

  private Progress answer(long sprint, SprintCallRecord call) {
    Optional<List<OpenedLeaf>> leaves = book.open(sprint, call.getItemsList());
    if (leaves.isEmpty()) {
      return Duty.waiting("the work log is lost");
    }
    TransactionOutcome outcome =
        chain
            .chain()
            .send(
                new Message.SprintAnswer(
                    MsgSprintAnswer.newBuilder()
                        .setHost(host.toString())
                        .setSprint(sprint)
                        .addAllLeaves(leaves.get())
                        .build()));
    if (outcome.code() != 0) {
      return Duty.waiting(outcome.log());
    }
    log.sprintAnswered(sprint, leaves.get().size());
    return Duty.done();
  }
}
