package exacta.node;

import exacta.chainclient.ChainClient;
import exacta.protocol.v1.SprintEntry;
import exacta.protocol.v1.SprintPhase;
import exacta.protocol.v1.SprintRecord;
import exacta.protocol.v1.SprintResult;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** Tells people how a chain's Sprints go, a line for each phase. */
final class SprintProgress {
  private static final Duration LOOK = Duration.ofMillis(200);

  private final ChainClient chain;
  private final HostNames names;
  private final Consumer<String> lines;
  private long sprint;
  private SprintPhase phase = SprintPhase.SPRINT_PHASE_UNSPECIFIED;
  private long committed;

  SprintProgress(ChainClient chain, HostNames names, Consumer<String> lines) {
    this.chain = chain;
    this.names = names;
    this.lines = lines;
  }

  /** Whether a Sprint of this chain was counted with work that auditors attested. */
  static boolean isVerified(ChainClient chain) {
    Optional<SprintRecord> newest = chain.sprint(0);
    for (Optional<SprintRecord> sprint = newest;
        sprint.isPresent() && newest.get().getSprint() - sprint.get().getSprint() < 4;
        sprint =
            sprint.get().getSprint() > 1
                ? chain.sprint(sprint.get().getSprint() - 1)
                : Optional.empty()) {
      if (sprint.get().getEntriesList().stream().anyMatch(SprintProgress::isFull)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isFull(SprintEntry entry) {
    return entry.getResult() == SprintResult.SPRINT_RESULT_FULL && entry.getCounted() > 0;
  }

  /** Waits for the first verified Sprint; returns false if it was asked to stop before. */
  boolean awaitVerified(Shutdown shutdown) throws InterruptedException {
    while (!isVerified(chain)) {
      chain.sprint(0).ifPresent(this::tell);
      if (shutdown.await(LOOK)) {
        return false;
      }
    }
    chain.sprint(0).ifPresent(this::tell);
    return true;
  }

  private void tell(SprintRecord record) {
    if (record.getSprint() != sprint) {
      sprint = record.getSprint();
      phase = SprintPhase.SPRINT_PHASE_UNSPECIFIED;
      committed = 0;
    }
    long commits = record.getEntriesList().stream().filter(e -> e.getClaimed() > 0).count();
    if (commits > committed) {
      committed = commits;
      long nonces = record.getEntriesList().stream().mapToLong(SprintEntry::getClaimed).sum();
      say(record, "%d hosts committed to %d nonces".formatted(commits, nonces));
    }
    if (record.getPhase() == phase) {
      return;
    }
    phase = record.getPhase();
    switch (phase) {
      case SPRINT_PHASE_ANNOUNCED -> say(record, "begins after block " + record.getStartHeight());
      case SPRINT_PHASE_COMPUTE -> say(record, "hosts compute random transformers");
      case SPRINT_PHASE_AUDIT -> say(record, "samples are drawn; hosts recompute each other's");
      case SPRINT_PHASE_COUNTED -> counted(record);
      default -> {
        // The other phases are short, and nothing is to be seen in them.
      }
    }
  }

  private void counted(SprintRecord record) {
    for (SprintEntry entry : record.getEntriesList()) {
      String result =
          switch (entry.getResult()) {
            case SPRINT_RESULT_FULL -> entry.getCounted() + " nonces, attested";
            case SPRINT_RESULT_PROVEN_ONLY ->
                entry.getCounted() + " nonces of " + entry.getClaimed() + ", too few attestations";
            case SPRINT_RESULT_FORFEIT -> "forfeit: leaves were not shown";
            case SPRINT_RESULT_CONVICTED -> "convicted";
            default -> "nothing";
          };
      say(record, names.of(entry.getHost()) + ": " + result);
    }
  }

  private void say(SprintRecord record, String text) {
    lines.accept("Sprint " + record.getSprint() + ": " + text);
  }
}
