package exacta.ledger;

import exacta.crypto.Address;
import exacta.ledger.LedgerState.CallKey;
import exacta.ledger.Timetable.SprintWindows;
import exacta.ledger.state.SprintState;
import exacta.primitives.Amount;
import exacta.primitives.Digest32;
import exacta.primitives.MerkleTree;
import exacta.protocol.Wire;
import exacta.protocol.v1.MsgSprintAnswer;
import exacta.protocol.v1.MsgSprintCall;
import exacta.protocol.v1.OpenedLeaf;
import exacta.protocol.v1.SprintCallRecord;
import exacta.protocol.v1.SprintEntry;
import exacta.protocol.v1.SprintResult;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Calls for leaves, for a fee, and the hosts' answers. Spec: ledger.md#call. */
final class SprintCalls {
  private final LedgerState state;

  SprintCalls(LedgerState state) {
    this.state = state;
  }

  private record Place(HostKey key, SprintState sprint, SprintEntry entry, SprintWindows windows) {}

  private Optional<Place> place(long number, String host) {
    HostKey key = new HostKey(number, Address.ofText(host));
    return state
        .sprints
        .get(number)
        .flatMap(sprint ->
            state
                .sprintEntries
                .get(key)
                .map(entry ->
                    new Place(
                        key,
                        sprint,
                        entry,
                        state.timetable().sprint(sprint.getAnnouncedHeight()))));
  }

  private static Verdict noEntry(long sprint, String host) {
    return Verdict.refused(
        Refusal.SPRINT_UNKNOWN, "%s committed to nothing in Sprint %d".formatted(host, sprint));
  }

  Verdict call(MsgSprintCall call) {
    Optional<Place> found = place(call.getSprint(), call.getHost());
    if (found.isEmpty()) {
      return noEntry(call.getSprint(), call.getHost());
    }
    Place place = found.get();
    SprintWindows windows = place.windows();
    if (state.height() <= windows.draw() || state.height() > windows.auditEnd()) {
      return SprintRules.wrongTime("calls", windows.draw(), windows.auditEnd());
    }
    int itemsMax = state.parameters().getSamplesMax();
    if (call.getItemsCount() > itemsMax) {
      return Verdict.refused(
          Refusal.OUT_OF_BOUNDS, "a call is for at most %d items".formatted(itemsMax));
    }
    long claimed = place.entry().getClaimed();
    long previous = -1;
    for (long item : call.getItemsList()) {
      if (item <= previous || item >= claimed) {
        return Verdict.refused(
            Refusal.OUT_OF_BOUNDS, "items ascend and are below the count, " + claimed);
      }
      previous = item;
    }
    List<Table.Row<SprintCallRecord>> calls = callsOf(place.key());
    Optional<Verdict> tooMany = tooMany(place.entry(), calls, call.getCaller());
    if (tooMany.isPresent()) {
      return tooMany.get();
    }
    Address caller = Address.ofText(call.getCaller());
    Amount fee = fee(call.getItemsList(), claimed);
    if (!state.bank.canPay(caller, fee)) {
      return Verdict.refused(Refusal.INSUFFICIENT_FUNDS, "this call takes " + fee);
    }
    state.bank.pay(caller, Purse.DISPUTES, fee);
    state.sprintCalls.put(
        new CallKey(call.getSprint(), place.key().host(), calls.size()),
        SprintCallRecord.newBuilder()
            .setCaller(call.getCaller())
            .addAllItems(call.getItemsList())
            .setFee(fee.nanoCoins())
            .build());
    return Verdict.accepted();
  }

  /** An auditor always has its one call; all others share a number of them. */
  private static Optional<Verdict> tooMany(
      SprintEntry entry, List<Table.Row<SprintCallRecord>> calls, String caller) {
    if (SprintRules.dutyOf(entry, caller) >= 0) {
      return calls.stream().anyMatch(row -> row.value().getCaller().equals(caller))
          ? Optional.of(
              Verdict.refused(Refusal.ALREADY_DONE, "an auditor calls a host once in a Sprint"))
          : Optional.empty();
    }
    long others =
        calls.stream()
            .filter(row -> SprintRules.dutyOf(entry, row.value().getCaller()) < 0)
            .count();
    return others < Limits.OPEN_CALLS_MAX
        ? Optional.empty()
        : Optional.of(
            Verdict.refused(
                Refusal.QUEUE_FULL,
                "those who are not its auditors called this host %d times".formatted(others)));
  }

  List<Table.Row<SprintCallRecord>> callsOf(HostKey key) {
    return state.sprintCalls.rows(key.toBytes());
  }

  /** For the bytes of the leaves and their paths, with the items' numbers. */
  private Amount fee(List<Long> items, long count) {
    long bytes = 0;
    for (long item : items) {
      bytes += Long.BYTES + (1L + pathLength(count, item)) * Digest32.BYTES;
    }
    return new Amount(state.parameters().getCallFeePerByte()).times(bytes);
  }

  /** How many siblings lie on the way from a leaf to the root of a tree with this many leaves. */
  static int pathLength(long count, long item) {
    int length = 0;
    long at = item;
    for (long size = count; size > 1; size = (size + 1) >> 1) {
      if ((at ^ 1) < size) {
        length++;
      }
      at >>= 1;
    }
    return length;
  }

  /** An answer counts for every open call of whose items all leaves are in it. */
  Verdict answer(MsgSprintAnswer answer) {
    Optional<Place> found = place(answer.getSprint(), answer.getHost());
    if (found.isEmpty()) {
      return noEntry(answer.getSprint(), answer.getHost());
    }
    Place place = found.get();
    SprintWindows windows = place.windows();
    if (state.height() <= windows.draw() || state.height() > windows.answerEnd()) {
      return SprintRules.wrongTime("answers", windows.draw(), windows.answerEnd());
    }
    Map<Long, OpenedLeaf> leaves = new TreeMap<>();
    for (OpenedLeaf leaf : answer.getLeavesList()) {
      if (!leadsToRoot(place.entry(), leaf)) {
        return Verdict.refused(
            Refusal.BAD_PROOF, "the path of item %d leads elsewhere".formatted(leaf.getItem()));
      }
      leaves.put(leaf.getItem(), leaf);
    }
    boolean some = false;
    List<Table.Row<SprintCallRecord>> calls = callsOf(place.key());
    for (int i = 0; i < calls.size(); i++) {
      SprintCallRecord call = calls.get(i).value();
      if (!call.getAnswered() && leaves.keySet().containsAll(call.getItemsList())) {
        state.bank.release(Purse.DISPUTES, place.key().host(), new Amount(call.getFee()));
        SprintCallRecord.Builder answered = call.toBuilder().setAnswered(true);
        call.getItemsList().forEach(item -> answered.addLeaves(leaves.get(item).toByteString()));
        state.sprintCalls.put(
            new CallKey(place.key().number(), place.key().host(), i), answered.build());
        some = true;
      }
    }
    return some
        ? Verdict.accepted()
        : Verdict.refused(Refusal.INVALID_REQUEST, "no open call asks for exactly these items");
  }

  static boolean leadsToRoot(SprintEntry entry, OpenedLeaf leaf) {
    return MerkleTree.verify(
        Wire.digest(entry.getRoot()),
        entry.getClaimed(),
        leaf.getItem(),
        Wire.digest(leaf.getLeaf()),
        Wire.parseDigests(leaf.getPathList()).orElseThrow());
  }

  /** When the answer window is over: who left a call unanswered forfeits, and fees come back. */
  void endAnswers(long sprint) {
    long epoch = state.sprints.require(sprint).getEpoch();
    for (Table.Row<SprintEntry> row : state.sprintEntries.rows(Keys.of(sprint).toBytes())) {
      boolean unanswered = false;
      for (Table.Row<SprintCallRecord> callRow : callsOf(HostKey.ofBytes(row.key()))) {
        SprintCallRecord call = callRow.value();
        if (!call.getAnswered()) {
          unanswered = true;
          state.bank.release(
              Purse.DISPUTES, Address.ofText(call.getCaller()), new Amount(call.getFee()));
        }
      }
      SprintEntry entry = row.value();
      if (unanswered && entry.getResult() == SprintResult.SPRINT_RESULT_UNSPECIFIED) {
        state.sprintEntries.put(
            HostKey.ofBytes(row.key()),
            SprintRules.decided(state, epoch, entry, SprintResult.SPRINT_RESULT_FORFEIT));
      }
    }
  }
}
