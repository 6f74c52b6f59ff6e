package exacta.ledger;

import com.google.protobuf.ByteString;
import exacta.crypto.Address;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import exacta.primitives.MerkleTree;
import exacta.protocol.Attestations;
import exacta.protocol.Message;
import exacta.protocol.Wire;
import exacta.protocol.v1.MsgSprintAnswer;
import exacta.protocol.v1.MsgSprintAttest;
import exacta.protocol.v1.MsgSprintCall;
import exacta.protocol.v1.MsgSprintChallenge;
import exacta.protocol.v1.MsgSprintCommit;
import exacta.protocol.v1.OpenedLeaf;
import exacta.protocol.v1.SprintDuty;
import exacta.protocol.v1.SprintEntry;
import exacta.protocol.v1.SprintPhase;
import exacta.protocol.v1.SprintRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * What the hosts of a scenario do in its Sprints. Each commits to so many nonces and attests what
 * it is drawn for, unless told otherwise; those named as liars have a wrong digest in every fourth
 * leaf.
 */
final class SprintPlay {
  final Map<String, Integer> counts = new HashMap<>();
  final Set<String> liars = new HashSet<>();
  final Set<String> silentAuditors = new HashSet<>();
  private final Scenario scenario;
  private final Map<String, MerkleTree> logs = new HashMap<>();

  SprintPlay(Scenario scenario, int count) {
    this.scenario = scenario;
    for (int i = 0; i < Scenario.HOSTS; i++) {
      counts.put("host" + i, count);
    }
  }

  /** Makes a block, with what the hosts have to do in it. */
  void advance() {
    act();
    scenario.advance();
  }

  /** Puts what the hosts have to do into the next block. */
  void act() {
    if (scenario.network().getSprint() > 0) {
      act(scenario.sprint(0));
    }
  }

  void advanceTo(long height) {
    while (scenario.height() < height) {
      advance();
    }
  }

  /** Makes blocks until the next one belongs to this phase of this Sprint. */
  SprintRecord advanceTo(long sprint, SprintPhase phase) {
    while (scenario.network().getSprint() < sprint || scenario.sprint(sprint).getPhase() != phase) {
      advance();
    }
    return scenario.sprint(sprint);
  }

  private void act(SprintRecord sprint) {
    long next = scenario.height() + 1;
    if (next > sprint.getComputeEnd() && next <= sprint.getCommitEnd()) {
      for (int i = 0; i < Scenario.HOSTS; i++) {
        String host = "host" + i;
        boolean hasCommitted =
            sprint.getEntriesList().stream()
                .anyMatch(entry -> entry.getHost().equals(scenario.address(host).toString()));
        if (counts.get(host) > 0 && !hasCommitted && scenario.host(host).getRegistered()) {
          scenario.queue(host, commit(sprint, host));
        }
      }
    } else if (next > sprint.getDrawHeight() + 1 && next <= sprint.getDisputeEnd()) {
      for (SprintEntry entry : sprint.getEntriesList()) {
        for (SprintDuty duty : entry.getDutiesList()) {
          String auditor = scenario.name(duty.getAuditor());
          boolean isDone = duty.getAttested() || entry.getResultValue() != 0;
          if (!isDone && !silentAuditors.contains(auditor)) {
            scenario.queue(auditor, attest(sprint, auditor, entry, duty));
          }
        }
      }
    }
  }

  Message commit(SprintRecord sprint, String host) {
    MerkleTree log = log(sprint, host);
    return new Message.SprintCommit(
        MsgSprintCommit.newBuilder()
            .setHost(scenario.address(host).toString())
            .setSprint(sprint.getSprint())
            .setCount(log.count())
            .setRoot(Wire.bytes(log.root()))
            .build());
  }

  Message attest(SprintRecord sprint, String auditor, SprintEntry entry, SprintDuty duty) {
    Address host = Address.ofText(entry.getHost());
    Digest32 seed = Wire.digest(sprint.getSeed());
    List<Digest32> digests =
        duty.getItemsList().stream()
            .map(item -> FakeReplay.digest(seed, host.toBytes(), item))
            .toList();
    return new Message.SprintAttest(
        MsgSprintAttest.newBuilder()
            .setAuditor(scenario.address(auditor).toString())
            .setSprint(sprint.getSprint())
            .setHost(entry.getHost())
            .setAttestation(Wire.bytes(Attestations.of(scenario.address(auditor), host, digests)))
            .build());
  }

  MerkleTree log(SprintRecord sprint, String host) {
    return logs.computeIfAbsent(sprint.getSprint() + host, key -> makeLog(sprint, host));
  }

  private MerkleTree makeLog(SprintRecord sprint, String host) {
    List<Digest32> leaves = new ArrayList<>();
    for (int item = 0; item < counts.get(host); item++) {
      Digest32 digest =
          liars.contains(host) && item % 4 == 3
              ? Hasher.of("made-up").integer(item).finish()
              : FakeReplay.digest(
                  Wire.digest(sprint.getSeed()), scenario.address(host).toBytes(), item);
      leaves.add(Hasher.of("nonce").integer(item).digest(digest).finish());
    }
    return new MerkleTree(leaves);
  }

  OpenedLeaf leaf(SprintRecord sprint, String host, int item) {
    MerkleTree log = log(sprint, host);
    List<ByteString> path = log.path(item).stream().map(Wire::bytes).toList();
    return OpenedLeaf.newBuilder()
        .setItem(item)
        .setLeaf(Wire.bytes(log.leaf(item)))
        .addAllPath(path)
        .build();
  }

  SprintEntry entry(SprintRecord sprint, String host) {
    return sprint.getEntriesList().stream()
        .filter(entry -> entry.getHost().equals(scenario.address(host).toString()))
        .findFirst()
        .orElseThrow();
  }

  Message challenge(String who, SprintRecord sprint, String host, int item) {
    return new Message.SprintChallenge(
        MsgSprintChallenge.newBuilder()
            .setChallenger(scenario.address(who).toString())
            .setSprint(sprint.getSprint())
            .setHost(scenario.address(host).toString())
            .setLeaf(leaf(sprint, host, item))
            .build());
  }

  Message call(String who, SprintRecord sprint, String host, long... items) {
    return new Message.SprintCall(
        MsgSprintCall.newBuilder()
            .setCaller(scenario.address(who).toString())
            .setSprint(sprint.getSprint())
            .setHost(scenario.address(host).toString())
            .addAllItems(LongStream.of(items).boxed().toList())
            .build());
  }

  Message answer(SprintRecord sprint, String host, int... items) {
    return new Message.SprintAnswer(
        MsgSprintAnswer.newBuilder()
            .setSprint(sprint.getSprint())
            .setHost(scenario.address(host).toString())
            .addAllLeaves(IntStream.of(items).mapToObj(item -> leaf(sprint, host, item)).toList())
            .build());
  }
}
