package exacta.ledger;

import exacta.crypto.Address;
import exacta.ledger.Timetable.SprintWindows;
import exacta.ledger.state.SprintState;
import exacta.protocol.v1.MsgSprintAttest;
import exacta.protocol.v1.MsgSprintCommit;
import exacta.protocol.v1.SprintDuty;
import exacta.protocol.v1.SprintEntry;
import exacta.protocol.v1.SprintResult;
import java.util.Optional;

/** Committing to nonces, and attesting samples. Spec: ledger.md#sprint. */
final class SprintRules {
  private final LedgerState state;

  SprintRules(LedgerState state) {
    this.state = state;
  }

  Verdict commit(MsgSprintCommit commit) {
    Optional<SprintState> sprint = state.sprints.get(commit.getSprint());
    if (sprint.isEmpty()) {
      return unknown(commit.getSprint());
    }
    SprintWindows windows = state.timetable().sprint(sprint.get().getAnnouncedHeight());
    if (state.height() <= windows.start() || state.height() > windows.commitEnd()) {
      return wrongTime("commitments", windows.start(), windows.commitEnd());
    }
    Address host = Address.ofText(commit.getHost());
    if (!new Plans(state).isActive(host)) {
      return Verdict.refused(
          Refusal.HOST_NOT_READY, host + " is not in the plan of epoch " + state.epoch());
    }
    HostKey key = new HostKey(commit.getSprint(), host);
    if (state.sprintEntries.has(key)) {
      return Verdict.refused(Refusal.ALREADY_DONE, "a host commits once in a Sprint");
    }
    if (commit.getCount() < 1 || commit.getCount() > Limits.NONCES_MAX) {
      return Verdict.refused(
          Refusal.OUT_OF_BOUNDS, "a commitment is to 1 to %d nonces".formatted(Limits.NONCES_MAX));
    }
    state.sprintEntries.put(
        key,
        SprintEntry.newBuilder()
            .setHost(commit.getHost())
            .setClaimed(commit.getCount())
            .setRoot(commit.getRoot())
            .build());
    return Verdict.accepted();
  }

  Verdict attest(MsgSprintAttest attest) {
    Optional<SprintState> sprint = state.sprints.get(attest.getSprint());
    if (sprint.isEmpty()) {
      return unknown(attest.getSprint());
    }
    SprintWindows windows = state.timetable().sprint(sprint.get().getAnnouncedHeight());
    if (state.height() <= windows.draw() || state.height() > windows.disputeEnd()) {
      return wrongTime("attestations", windows.draw(), windows.disputeEnd());
    }
    HostKey key = new HostKey(attest.getSprint(), Address.ofText(attest.getHost()));
    Optional<SprintEntry> entry = state.sprintEntries.get(key);
    int duty = entry.map(e -> dutyOf(e, attest.getAuditor())).orElse(-1);
    if (duty < 0) {
      return Verdict.refused(
          Refusal.NOT_ON_DUTY,
          "%s was not drawn to audit %s in Sprint %d"
              .formatted(attest.getAuditor(), attest.getHost(), attest.getSprint()));
    }
    if (entry.get().getResult() != SprintResult.SPRINT_RESULT_UNSPECIFIED) {
      return Verdict.refused(
          Refusal.ALREADY_DONE, "this host's Sprint is forfeit or convicted; the duty is done");
    }
    SprintDuty before = entry.get().getDuties(duty);
    if (before.getAttested()) {
      return Verdict.refused(Refusal.ALREADY_DONE, "a duty is done once");
    }
    state.sprintEntries.put(
        key, entry.get().toBuilder().setDuties(duty, before.toBuilder().setAttested(true)).build());
    new Plans(state).addDutiesDone(sprint.get().getEpoch(), Address.ofText(attest.getAuditor()), 1);
    return Verdict.accepted();
  }

  /**
   * Ends an entry with a result for which its auditors are not to blame: those who could not attest
   * did their duty.
   */
  static SprintEntry decided(
      LedgerState state, long epoch, SprintEntry entry, SprintResult result) {
    if (entry.getResult() != SprintResult.SPRINT_RESULT_FORFEIT) {
      Plans plans = new Plans(state);
      for (SprintDuty duty : entry.getDutiesList()) {
        if (!duty.getAttested()) {
          plans.addDutiesDone(epoch, Address.ofText(duty.getAuditor()), 1);
        }
      }
    }
    return entry.toBuilder().setResult(result).setCounted(0).build();
  }

  /** The place of an auditor among those of an entry, -1 if it is none. */
  static int dutyOf(SprintEntry entry, String auditor) {
    for (int i = 0; i < entry.getDutiesCount(); i++) {
      if (entry.getDuties(i).getAuditor().equals(auditor)) {
        return i;
      }
    }
    return -1;
  }

  static Verdict unknown(long sprint) {
    return Verdict.refused(Refusal.SPRINT_UNKNOWN, "there is no Sprint " + sprint);
  }

  static Verdict wrongTime(String what, long after, long last) {
    return Verdict.refused(
        Refusal.WRONG_TIME, "%s count in blocks %d to %d".formatted(what, after + 1, last));
  }
}
