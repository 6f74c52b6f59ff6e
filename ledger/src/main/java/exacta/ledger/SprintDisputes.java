package exacta.ledger;

import exacta.crypto.Address;
import exacta.ledger.NonceReplay.Nonce;
import exacta.ledger.Timetable.SprintWindows;
import exacta.ledger.state.ReplayState;
import exacta.ledger.state.SprintState;
import exacta.primitives.Amount;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import exacta.protocol.Wire;
import exacta.protocol.v1.ChainParameters;
import exacta.protocol.v1.DisputeKind;
import exacta.protocol.v1.DisputeOutcome;
import exacta.protocol.v1.DisputeRecord;
import exacta.protocol.v1.MsgSprintChallenge;
import exacta.protocol.v1.SprintEntry;
import exacta.protocol.v1.SprintResult;
import java.util.List;
import java.util.Optional;

/**
 * Challenges of leaves, and the queue in which every node recomputes them, one at a time. Spec:
 * ledger.md#challenge.
 */
final class SprintDisputes {
  private final LedgerState state;

  SprintDisputes(LedgerState state) {
    this.state = state;
  }

  Verdict challenge(MsgSprintChallenge challenge) {
    HostKey key = new HostKey(challenge.getSprint(), Address.ofText(challenge.getHost()));
    Optional<SprintState> sprint = state.sprints.get(challenge.getSprint());
    Optional<SprintEntry> entry = state.sprintEntries.get(key);
    if (sprint.isEmpty() || entry.isEmpty()) {
      return Verdict.refused(
          Refusal.SPRINT_UNKNOWN,
          "%s committed to nothing in Sprint %d"
              .formatted(challenge.getHost(), challenge.getSprint()));
    }
    SprintWindows windows = state.timetable().sprint(sprint.get().getAnnouncedHeight());
    long last = state.timetable().lastBlock(sprint.get().getEpoch() + 1);
    if (state.height() <= windows.commitEnd() || state.height() > last) {
      return SprintRules.wrongTime("challenges", windows.commitEnd(), last);
    }
    if (entry.get().getResult() == SprintResult.SPRINT_RESULT_CONVICTED) {
      return Verdict.refused(Refusal.ALREADY_DONE, "the host is convicted of this Sprint already");
    }
    if (!SprintCalls.leadsToRoot(entry.get(), challenge.getLeaf())) {
      return Verdict.refused(Refusal.BAD_PROOF, "the leaf's path does not lead to the host's root");
    }
    Optional<Verdict> full = noPlace(challenge);
    if (full.isPresent()) {
      return full.get();
    }
    Address challenger = Address.ofText(challenge.getChallenger());
    Amount deposit = new Amount(state.parameters().getChallengeDeposit());
    if (!state.bank.canPay(challenger, deposit)) {
      return Verdict.refused(Refusal.INSUFFICIENT_FUNDS, "a challenge takes " + deposit);
    }
    state.bank.pay(challenger, Purse.DISPUTES, deposit);
    open(challenge, sprint.get().getEpoch(), deposit);
    return Verdict.accepted();
  }

  private Optional<Verdict> noPlace(MsgSprintChallenge challenge) {
    List<ReplayState> queue = state.replays.values();
    if (queue.size() >= Limits.REPLAYS_MAX) {
      return Optional.of(
          Verdict.refused(
              Refusal.QUEUE_FULL, "%d challenges wait for their replay".formatted(queue.size())));
    }
    boolean same =
        queue.stream()
            .anyMatch(replay ->
                replay.getSprint() == challenge.getSprint()
                    && replay.getHost().equals(challenge.getHost())
                    && replay.getItem() == challenge.getLeaf().getItem());
    return same
        ? Optional.of(Verdict.refused(Refusal.ALREADY_DONE, "this leaf is being replayed"))
        : Optional.empty();
  }

  private void open(MsgSprintChallenge challenge, long epoch, Amount deposit) {
    long number = state.newDispute();
    state.disputes.put(
        number,
        DisputeRecord.newBuilder()
            .setDispute(number)
            .setKind(DisputeKind.DISPUTE_KIND_SPRINT)
            .setHost(challenge.getHost())
            .setChallenger(challenge.getChallenger())
            .setOpenedHeight(state.height())
            .setDeposit(deposit.nanoCoins())
            .setSprint(challenge.getSprint())
            .setItem(challenge.getLeaf().getItem())
            .setEpoch(epoch)
            .build());
    state.replays.put(
        number,
        ReplayState.newBuilder()
            .setDispute(number)
            .setSprint(challenge.getSprint())
            .setHost(challenge.getHost())
            .setItem(challenge.getLeaf().getItem())
            .setLeaf(challenge.getLeaf().getLeaf())
            .build());
  }

  /** Gives the verdict that falls due, and turns to the next challenge. */
  void endBlock(NonceReplay replay) {
    Optional<ReplayState> head = head();
    if (head.isPresent() && head.get().getVerdictHeight() == state.height()) {
      decide(head.get(), replay.digest(nonce(head.get())));
      head = head();
    }
    // Who was convicted meanwhile need not be tried again for the same Sprint.
    while (head.isPresent() && isMoot(head.get())) {
      withdraw(head.get());
      head = head();
    }
    if (head.isPresent() && head.get().getVerdictHeight() == 0) {
      long due = state.height() + state.parameters().getVerdictDelay();
      state.replays.put(
          head.get().getDispute(), head.get().toBuilder().setVerdictHeight(due).build());
      replay.prepare(nonce(head.get()));
    }
  }

  private Optional<ReplayState> head() {
    return state.replays.rows(new byte[0], 1).stream().findFirst().map(Table.Row::value);
  }

  private SprintEntry entry(ReplayState replay) {
    return state.sprintEntries.require(
        new HostKey(replay.getSprint(), Address.ofText(replay.getHost())));
  }

  private boolean isMoot(ReplayState replay) {
    return entry(replay).getResult() == SprintResult.SPRINT_RESULT_CONVICTED;
  }

  private Nonce nonce(ReplayState replay) {
    ChainParameters parameters = state.parameters();
    return new Nonce(
        Wire.digest(state.sprints.require(replay.getSprint()).getSeed()),
        parameters.getSprintDim(),
        parameters.getSprintLayers(),
        parameters.getSprintLength(),
        Address.ofText(replay.getHost()).toBytes(),
        replay.getItem());
  }

  private void decide(ReplayState replay, Digest32 digest) {
    // The same hash as sprint.md#leaf.
    Digest32 right = Hasher.of("nonce").integer(replay.getItem()).digest(digest).finish();
    boolean isRight = right.equals(Wire.digest(replay.getLeaf()));
    DisputeRecord dispute = state.disputes.require(replay.getDispute());
    Address host = Address.ofText(replay.getHost());
    Address challenger = Address.ofText(dispute.getChallenger());
    Amount deposit = new Amount(dispute.getDeposit());
    if (isRight) {
      new Convictions(state).splitLoss(Purse.DISPUTES, deposit, host);
      close(dispute, DisputeOutcome.DISPUTE_OUTCOME_CHALLENGER_LOST);
    } else {
      state.bank.release(Purse.DISPUTES, challenger, deposit);
      new Convictions(state)
          .convict(
              host,
              DisputeKind.DISPUTE_KIND_SPRINT,
              challenger,
              dispute.getEpoch(),
              replay.getSprint());
      state.sprintEntries.put(
          new HostKey(replay.getSprint(), host),
          SprintRules.decided(
              state, dispute.getEpoch(), entry(replay), SprintResult.SPRINT_RESULT_CONVICTED));
      close(dispute, DisputeOutcome.DISPUTE_OUTCOME_HOST_CONVICTED);
    }
  }

  private void withdraw(ReplayState replay) {
    DisputeRecord dispute = state.disputes.require(replay.getDispute());
    state.bank.release(
        Purse.DISPUTES, Address.ofText(dispute.getChallenger()), new Amount(dispute.getDeposit()));
    close(dispute, DisputeOutcome.DISPUTE_OUTCOME_WITHDRAWN);
  }

  private void close(DisputeRecord dispute, DisputeOutcome outcome) {
    state.disputes.put(
        dispute.getDispute(),
        dispute.toBuilder().setOutcome(outcome).setVerdictHeight(state.height()).build());
    state.replays.delete(dispute.getDispute());
    Address host = Address.ofText(dispute.getHost());
    if (!isOpenAbout(host, dispute.getEpoch())) {
      new Emissions(state).releaseWithheld(dispute.getEpoch(), host);
    }
  }

  /** Whether a challenge of a Sprint of this epoch has no verdict yet. */
  boolean isOpenAbout(Address host, long epoch) {
    return state.replays.values().stream()
        .anyMatch(replay ->
            replay.getHost().equals(host.toString())
                && state.sprints.require(replay.getSprint()).getEpoch() == epoch);
  }

  /** Whether a challenge of this host in this Sprint has no verdict yet. */
  boolean isOpen(HostKey key) {
    return state.replays.values().stream()
        .anyMatch(replay ->
            replay.getSprint() == key.number() && replay.getHost().equals(key.host().toString()));
  }
}
