package exacta.ledger;

import exacta.crypto.Address;
import exacta.ledger.Timetable.SprintWindows;
import exacta.ledger.state.CountersState;
import exacta.ledger.state.HostState;
import exacta.ledger.state.SprintState;
import exacta.ledger.state.TallyState;
import exacta.protocol.Wire;
import exacta.protocol.v1.ChainParameters;
import exacta.protocol.v1.SprintDuty;
import exacta.protocol.v1.SprintEntry;
import exacta.protocol.v1.SprintResult;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What happens by itself in a Sprint: its start, the draw of auditors and samples, the end of
 * answers, counting. Spec: ledger.md#sprint.
 */
final class SprintPhases {
  private final LedgerState state;
  private final ChainParameters parameters;
  private final Timetable timetable;

  SprintPhases(LedgerState state) {
    this.state = state;
    this.parameters = state.parameters();
    this.timetable = state.timetable();
  }

  void endBlock() {
    Optional<SprintState> newest = newest();
    if (newest.isPresent()) {
      SprintWindows windows = timetable.sprint(newest.get().getAnnouncedHeight());
      long height = state.height();
      if (height == windows.draw()) {
        drawSamples(newest.get());
      }
      if (height == windows.answerEnd()) {
        new SprintCalls(state).endAnswers(newest.get().getSprint());
      }
      if (height == windows.count()) {
        count(newest.get());
      }
    }
    decideStart(newest);
  }

  private Optional<SprintState> newest() {
    return state.sprints.get(state.counters.get().getSprints());
  }

  /**
   * One draw in every block that may announce the slot's Sprint. Where n such blocks are left it
   * announces with chance 1/n, so each is equally likely and the last certain.
   */
  private void decideStart(Optional<SprintState> newest) {
    long height = state.height();
    long left = timetable.announcementsLeft(height);
    boolean hasOne =
        newest
            .map(sprint -> timetable.slot(sprint.getAnnouncedHeight()) == timetable.slot(height))
            .orElse(false);
    if (left == 0 || hasOne) {
      return;
    }
    Keys subject = Keys.of(height);
    if (state.draw("sprint-start", subject).below(left) != 0) {
      return;
    }
    CountersState counters = state.counters.get();
    long number = counters.getSprints() + 1;
    state.counters.put(counters.toBuilder().setSprints(number).build());
    state.sprints.put(
        number,
        SprintState.newBuilder()
            .setSprint(number)
            .setEpoch(timetable.epoch(height))
            .setSeed(Wire.bytes(state.drawValue("sprint-seed", subject)))
            .setAnnouncedHeight(height)
            .build());
  }

  /** Bounds the claims, and gives each of a host's auditors its own samples. */
  private void drawSamples(SprintState sprint) {
    Plans plans = new Plans(state);
    ClaimBound bound = ClaimBound.of(state);
    for (Table.Row<SprintEntry> row :
        state.sprintEntries.rows(Keys.of(sprint.getSprint()).toBytes())) {
      HostKey key = HostKey.ofBytes(row.key());
      HostState host = state.hosts.require(key.host());
      SprintEntry.Builder entry =
          row.value().toBuilder().setBounded(bound.of(host, row.value().getClaimed()));
      DrawNumbers numbers =
          state.draw("sprint-auditors", Keys.of(sprint.getSprint()).and(key.host()));
      List<Address> auditors =
          WeightedDraw.distinct(numbers, plans.electorate(key.host()), parameters.getAuditors());
      int samples = samples(host, entry.getClaimed());
      for (Address auditor : auditors) {
        Keys subject = Keys.of(sprint.getSprint()).and(key.host()).and(auditor);
        entry.addDuties(
            SprintDuty.newBuilder()
                .setAuditor(auditor.toString())
                .addAllItems(
                    different(state.draw("sprint-samples", subject), samples, entry.getClaimed())));
        plans.addDuties(sprint.getEpoch(), auditor, 1);
      }
      state.sprintEntries.put(key, entry.build());
    }
  }

  /** At most a tenth of the claim, but one at least. */
  private int samples(HostState host, long claimed) {
    int reputation = Math.min(host.getSprintReputation(), parameters.getReputationMax());
    int wanted =
        SampleCount.of(
            parameters.getSamplesMin(),
            parameters.getSamplesMax(),
            reputation,
            parameters.getReputationMax());
    return (int) Math.max(1, Math.min(wanted, claimed / 10));
  }

  /** So many different numbers below the bound, ascending; far fewer than there are. */
  static List<Long> different(DrawNumbers numbers, int count, long bound) {
    TreeSet<Long> different = new TreeSet<>();
    while (different.size() < count) {
      different.add(numbers.below(bound));
    }
    return List.copyOf(different);
  }

  private void count(SprintState sprint) {
    for (Table.Row<SprintEntry> row :
        state.sprintEntries.rows(Keys.of(sprint.getSprint()).toBytes())) {
      HostKey key = HostKey.ofBytes(row.key());
      SprintEntry counted = counted(key, row.value());
      state.sprintEntries.put(key, counted);
      HostKey tallyKey = new HostKey(sprint.getEpoch(), key.host());
      TallyState tally = new Plans(state).tally(sprint.getEpoch(), key.host());
      boolean isChecked = counted.getDutiesList().stream().anyMatch(SprintDuty::getAttested);
      boolean isForfeit = counted.getResult() == SprintResult.SPRINT_RESULT_FORFEIT;
      state.tallies.put(
          tallyKey,
          tally.toBuilder()
              .setCounted(Math.addExact(tally.getCounted(), counted.getCounted()))
              .setSprintChecked(tally.getSprintChecked() || isChecked)
              .setSprintForfeited(tally.getSprintForfeited() || isForfeit)
              .build());
      if (counted.getResult() == SprintResult.SPRINT_RESULT_FULL) {
        HostState host = state.hosts.require(key.host());
        long proven = Math.max(host.getProvenNow(), counted.getCounted());
        state.hosts.put(key.host(), host.toBuilder().setProvenNow(proven).build());
      }
    }
  }

  private SprintEntry counted(HostKey key, SprintEntry entry) {
    if (entry.getResult() != SprintResult.SPRINT_RESULT_UNSPECIFIED) {
      // Forfeit or convicted: nothing counts.
      return entry;
    }
    long attested = entry.getDutiesList().stream().filter(SprintDuty::getAttested).count();
    long needed = Math.min(parameters.getAttestMin(), entry.getDutiesCount());
    if (attested >= needed && !new SprintDisputes(state).isOpen(key)) {
      return entry.toBuilder()
          .setResult(SprintResult.SPRINT_RESULT_FULL)
          .setCounted(entry.getBounded())
          .build();
    }
    long proven = ClaimBound.proven(state.hosts.require(key.host()));
    return entry.toBuilder()
        .setResult(SprintResult.SPRINT_RESULT_PROVEN_ONLY)
        .setCounted(Math.min(entry.getClaimed(), proven))
        .build();
  }

  /** Reputation for a clean epoch; what was proven in it becomes that of the epoch before. */
  void endEpoch(long epoch) {
    Plans plans = new Plans(state);
    for (Table.Row<HostState> row : state.hosts.rows(new byte[0])) {
      HostState host = row.value();
      Address address = Address.of(row.key());
      TallyState tally = plans.tally(epoch, address);
      boolean isClean =
          tally.getSprintChecked() && !tally.getSprintForfeited() && !tally.getConvicted();
      int reputation = host.getSprintReputation() + (isClean ? 1 : 0);
      HostState after =
          host.toBuilder()
              .setSprintReputation(Math.min(reputation, parameters.getReputationMax()))
              .setProvenBefore(host.getProvenNow())
              .setProvenNow(0)
              .build();
      if (!after.equals(host)) {
        state.hosts.put(address, after);
      }
    }
  }
}
