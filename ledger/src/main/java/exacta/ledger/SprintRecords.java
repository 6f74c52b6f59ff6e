package exacta.ledger;

import exacta.ledger.Timetable.SprintWindows;
import exacta.ledger.state.SprintState;
import exacta.protocol.v1.SprintCallRecord;
import exacta.protocol.v1.SprintEntry;
import exacta.protocol.v1.SprintPhase;
import exacta.protocol.v1.SprintRecord;

/** Sprints as queries show them. */
final class SprintRecords {
  private SprintRecords() {}

  static SprintRecord of(LedgerState state, SprintState sprint) {
    SprintWindows windows = state.timetable().sprint(sprint.getAnnouncedHeight());
    SprintRecord.Builder record =
        SprintRecord.newBuilder()
            .setSprint(sprint.getSprint())
            .setEpoch(sprint.getEpoch())
            .setSeed(sprint.getSeed())
            .setPhase(phase(state, sprint))
            .setAnnouncedHeight(windows.announced())
            .setStartHeight(windows.start())
            .setComputeEnd(windows.computeEnd())
            .setCommitEnd(windows.commitEnd())
            .setDrawHeight(windows.draw())
            .setAuditEnd(windows.auditEnd())
            .setAnswerEnd(windows.answerEnd())
            .setDisputeEnd(windows.disputeEnd())
            .setCountHeight(windows.count());
    for (Table.Row<SprintEntry> row :
        state.sprintEntries.rows(Keys.of(sprint.getSprint()).toBytes())) {
      SprintEntry.Builder entry = row.value().toBuilder();
      for (SprintCallRecord call : state.sprintCalls.values(row.key())) {
        entry.addCalls(call);
      }
      record.addEntries(entry);
    }
    return record.build();
  }

  /** The phase of the next block: what its transactions may do. */
  static SprintPhase phase(LedgerState state, SprintState sprint) {
    SprintWindows windows = state.timetable().sprint(sprint.getAnnouncedHeight());
    long next = state.height();
    if (next <= windows.start()) {
      return SprintPhase.SPRINT_PHASE_ANNOUNCED;
    }
    if (next <= windows.computeEnd()) {
      return SprintPhase.SPRINT_PHASE_COMPUTE;
    }
    if (next <= windows.commitEnd()) {
      return SprintPhase.SPRINT_PHASE_COMMIT;
    }
    if (next <= windows.draw()) {
      return SprintPhase.SPRINT_PHASE_DRAW;
    }
    if (next <= windows.auditEnd()) {
      return SprintPhase.SPRINT_PHASE_AUDIT;
    }
    if (next <= windows.answerEnd()) {
      return SprintPhase.SPRINT_PHASE_ANSWER;
    }
    if (next <= windows.disputeEnd()) {
      return SprintPhase.SPRINT_PHASE_DISPUTE;
    }
    return next <= windows.count()
        ? SprintPhase.SPRINT_PHASE_VERDICT
        : SprintPhase.SPRINT_PHASE_COUNTED;
  }
}
