package exacta.host;

import com.google.protobuf.ByteString;
import exacta.chainclient.TransactionOutcome;
import exacta.crypto.Address;
import exacta.engine.ComputePool.Priority;
import exacta.host.Duty.Progress;
import exacta.primitives.Digest32;
import exacta.primitives.MerkleTree;
import exacta.protocol.Attestations;
import exacta.protocol.Message;
import exacta.protocol.Wire;
import exacta.protocol.v1.MsgSprintAttest;
import exacta.protocol.v1.MsgSprintCall;
import exacta.protocol.v1.MsgSprintChallenge;
import exacta.protocol.v1.OpenedLeaf;
import exacta.protocol.v1.SprintCallRecord;
import exacta.protocol.v1.SprintDuty;
import exacta.protocol.v1.SprintEntry;
import exacta.protocol.v1.SprintLeaves;
import exacta.protocol.v1.SprintRecord;
import exacta.sprint.SprintLeaf;
import exacta.sprint.SprintModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Checks other hosts' nonces: recomputes its samples first, then asks for the leaves, and says what
 * it found. Spec: host-api.md#sprint-audit.
 */
final class SprintAuditor implements Duty.Source {
  /** Blocks of the audit window that are left for a call once a host does not answer. */
  private static final int CALL_MARGIN = 4;

  /** Blocks that a call takes to get into the audit window. */
  private static final int CALL_BLOCKS = 2;

  private static final int DIGESTS_MAX = 256;

  private final Address me;
  private final HostCompute compute;
  private final ChainView chain;
  private final Peers peers;
  private final HostLog log;

  /** What was recomputed, by duty, so that another attempt need not do it again. */
  private final Map<String, List<Digest32>> recomputed = new ConcurrentHashMap<>();

  SprintAuditor(Address me, HostCompute compute, ChainView chain, Peers peers, HostLog log) {
    this.me = me;
    this.compute = compute;
    this.chain = chain;
    this.peers = peers;
    this.log = log;
  }

  @Override
  public List<Duty> duties() {
    List<Duty> duties = new ArrayList<>();
    for (SprintRecord sprint : chain.newestSprint().stream().toList()) {
      for (SprintEntry entry : sprint.getEntriesList()) {
        for (SprintDuty duty : entry.getDutiesList()) {
          if (duty.getAuditor().equals(me.toString()) && !duty.getAttested()) {
            String name = "audit of %s in Sprint %d".formatted(entry.getHost(), sprint.getSprint());
            duties.add(
                new Duty(name, sprint.getDisputeEnd(), () -> audit(name, sprint, entry, duty)));
          }
        }
      }
    }
    return duties;
  }

  private Progress audit(String name, SprintRecord then, SprintEntry entry, SprintDuty duty) {
    List<Long> items = duty.getItemsList();
    List<Digest32> digests = recompute(name, then, entry.getHost(), items);
    SprintRecord sprint = chain.newestSprint().orElse(then);
    SprintEntry now = SprintRunner.entry(sprint, entry.getHost()).orElse(entry);
    Optional<SprintCallRecord> call =
        now.getCallsList().stream()
            .filter(record -> record.getCaller().equals(me.toString()))
            .findFirst();
    Map<Long, OpenedLeaf> leaves = call.map(SprintAuditor::answered).orElseGet(HashMap::new);
    String why = "";
    if (leaves.isEmpty()) {
      Duration most =
          chain.height() < then.getAuditEnd()
              ? chain.until(then.getAuditEnd() - CALL_BLOCKS)
              : chain.until(then.getDisputeEnd());
      switch (peers.leaves(entry.getHost(), then.getSprint(), items, most)) {
        case Peers.Got<SprintLeaves> got ->
            got.value().getLeavesList().forEach(leaf -> leaves.put(leaf.getItem(), leaf));
        case Peers.Nothing<SprintLeaves> nothing -> why = nothing.why();
      }
    }
    leaves.values().removeIf(leaf -> !leadsToRoot(entry, leaf));
    for (int i = 0; i < items.size(); i++) {
      OpenedLeaf leaf = leaves.get(items.get(i));
      if (leaf != null && !isRight(leaf, digests.get(i))) {
        return challenge(then.getSprint(), entry.getHost(), leaf);
      }
    }
    if (leaves.keySet().containsAll(items)) {
      return attest(name, then.getSprint(), entry.getHost(), digests);
    }
    return call.isPresent()
        ? Duty.waiting("the host was called, and has not answered")
        : call(then, entry.getHost(), items, why);
  }

  private List<Digest32> recompute(
      String name, SprintRecord sprint, String host, List<Long> items) {
    List<Digest32> known = recomputed.get(name);
    if (known != null) {
      return known;
    }
    SprintModel model =
        compute.sprintModel(
            Wire.digest(sprint.getSeed()),
            SprintRunner.shape(chain.parameters()),
            Priority.AUDIT,
            me);
    byte[] address = Address.ofText(host).toBytes();
    List<Digest32> digests = new ArrayList<>();
    for (long item : items) {
      digests.add(compute.pool().call(Priority.AUDIT, me, () -> model.nonce(address, item)));
    }
    if (recomputed.size() >= DIGESTS_MAX) {
      recomputed.clear();
    }
    recomputed.put(name, digests);
    return digests;
  }

  private static Map<Long, OpenedLeaf> answered(SprintCallRecord call) {
    Map<Long, OpenedLeaf> leaves = new HashMap<>();
    for (ByteString bytes : call.getLeavesList()) {
      Wire.strict(OpenedLeaf.parser(), bytes).ifPresent(leaf -> leaves.put(leaf.getItem(), leaf));
    }
    return leaves;
  }

  private static boolean leadsToRoot(SprintEntry entry, OpenedLeaf leaf) {
    Optional<Digest32> root = Wire.parseDigest(entry.getRoot());
    Optional<Digest32> hash = Wire.parseDigest(leaf.getLeaf());
    Optional<List<Digest32>> path = Wire.parseDigests(leaf.getPathList());
    return root.isPresent()
        && hash.isPresent()
        && path.isPresent()
        && MerkleTree.verify(
            root.get(), entry.getClaimed(), leaf.getItem(), hash.get(), path.get());
  }

  private static boolean isRight(OpenedLeaf leaf, Digest32 digest) {
    return Wire.digest(leaf.getLeaf()).equals(SprintLeaf.of(leaf.getItem(), digest));
  }

  private Progress attest(String name, long sprint, String host, List<Digest32> digests) {
    Address address = Address.ofText(host);
    TransactionOutcome outcome =
        chain
            .chain()
            .send(
                new Message.SprintAttest(
                    MsgSprintAttest.newBuilder()
                        .setAuditor(me.toString())
                        .setSprint(sprint)
                        .setHost(host)
                        .setAttestation(Wire.bytes(Attestations.of(me, address, digests)))
                        .build()));
    if (outcome.code() != 0) {
      return Duty.waiting(outcome.log());
    }
    recomputed.remove(name);
    log.sprintAttested(sprint, address, digests.size());
    return Duty.done();
  }

  private Progress challenge(long sprint, String host, OpenedLeaf leaf) {
    TransactionOutcome outcome =
        chain
            .chain()
            .send(
                new Message.SprintChallenge(
                    MsgSprintChallenge.newBuilder()
                        .setChallenger(me.toString())
                        .setSprint(sprint)
                        .setHost(host)
                        .setLeaf(leaf)
                        .build()));
    if (outcome.code() != 0) {
      return Duty.waiting(outcome.log());
    }
    log.sprintChallenged(sprint, Address.ofText(host), leaf.getItem());
    return Duty.done();
  }

  /** A host that does not answer gets time as long as a call is possible, then the call. */
  private Progress call(SprintRecord sprint, String host, List<Long> items, String why) {
    if (chain.height() + CALL_MARGIN < sprint.getAuditEnd()
        || chain.height() >= sprint.getAuditEnd()) {
      return Duty.waiting("the host did not open its leaves: " + why);
    }
    TransactionOutcome outcome =
        chain
            .chain()
            .send(
                new Message.SprintCall(
                    MsgSprintCall.newBuilder()
                        .setCaller(me.toString())
                        .setSprint(sprint.getSprint())
                        .setHost(host)
                        .addAllItems(new TreeSet<>(items))
                        .build()));
    if (outcome.code() != 0) {
      return Duty.waiting(outcome.log());
    }
    log.sprintCalled(sprint.getSprint(), Address.ofText(host), items.size());
    return Duty.waiting("the host was called, and has not answered");
  }
}
