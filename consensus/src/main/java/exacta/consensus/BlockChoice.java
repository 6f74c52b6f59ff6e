package exacta.consensus;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Chooses what goes into a block: duties first, then the others; among each, the first one of every
 * signer before the second of any. What one account sends always keeps its order. So whoever floods
 * the pool delays no host's duty, and nobody's few by its many. Spec: state.md#blocks.
 */
public final class BlockChoice<C extends BlockCandidate> {
  private record Ranked<C>(C entry, int rank) {}

  private final List<C> chosen = new ArrayList<>();

  /** Signers of whom something had to stay, so that nothing behind it may go. */
  private final Set<String> cut = new HashSet<>();

  private long room;

  private BlockChoice(long bytesMax) {
    room = bytesMax;
  }

  /** Those of the waiting that go, in the order of the block. */
  public static <C extends BlockCandidate> List<C> of(List<C> waiting, long bytesMax) {
    List<Ranked<C>> duties = new ArrayList<>();
    List<Ranked<C>> others = new ArrayList<>();
    Map<String, Integer> ranks = new HashMap<>();
    Set<String> haveOthers = new HashSet<>();
    for (C entry : waiting) {
      String signer = signer(entry);
      Ranked<C> ranked = new Ranked<>(entry, ranks.merge(signer, 1, Integer::sum));
      if (entry.isDuty() && !haveOthers.contains(signer)) {
        duties.add(ranked);
      } else {
        haveOthers.add(signer);
        others.add(ranked);
      }
    }
    duties.sort(Comparator.comparingInt(Ranked::rank));
    others.sort(Comparator.comparingInt(Ranked::rank));
    BlockChoice<C> choice = new BlockChoice<>(bytesMax);
    for (Ranked<C> duty : duties) {
      choice.add(duty.entry());
    }
    for (Ranked<C> other : others) {
      boolean isBehind = choice.cut.contains(signer(other.entry()));
      // What does not fit is among the first of the next block; smaller ones do not overtake it.
      if (!isBehind && !choice.add(other.entry())) {
        break;
      }
    }
    return choice.chosen;
  }

  private static String signer(BlockCandidate entry) {
    return entry.signer().orElse("");
  }

  private boolean add(C entry) {
    if (cut.contains(signer(entry)) || entry.blockBytes() > room) {
      cut.add(signer(entry));
      return false;
    }
    room -= entry.blockBytes();
    chosen.add(entry);
    return true;
  }
}
