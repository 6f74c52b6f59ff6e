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
final class BlockChoice {
  private record Ranked(PoolEntry entry, int rank) {}

  private final List<PoolEntry> chosen = new ArrayList<>();

  /** Signers of whom something had to stay, so that nothing behind it may go. */
  private final Set<String> cut = new HashSet<>();

  private long room;

  private BlockChoice(long bytesMax) {
    room = bytesMax;
  }

  /** Those of the waiting that go, in the order of the block. */
  static List<PoolEntry> of(List<PoolEntry> waiting, long bytesMax) {
    List<Ranked> duties = new ArrayList<>();
    List<Ranked> others = new ArrayList<>();
    Map<String, Integer> ranks = new HashMap<>();
    Set<String> haveOthers = new HashSet<>();
    for (PoolEntry entry : waiting) {
      String signer = signer(entry);
      Ranked ranked = new Ranked(entry, ranks.merge(signer, 1, Integer::sum));
      if (entry.isDuty() && !haveOthers.contains(signer)) {
        duties.add(ranked);
      } else {
        haveOthers.add(signer);
        others.add(ranked);
      }
    }
    duties.sort(Comparator.comparingInt(Ranked::rank));
    others.sort(Comparator.comparingInt(Ranked::rank));
    BlockChoice choice = new BlockChoice(bytesMax);
    for (Ranked duty : duties) {
      choice.add(duty.entry());
    }
    for (Ranked other : others) {
      boolean isBehind = choice.cut.contains(signer(other.entry()));
      // What does not fit is among the first of the next block; smaller ones do not overtake it.
      if (!isBehind && !choice.add(other.entry())) {
        break;
      }
    }
    return choice.chosen;
  }

  private static String signer(PoolEntry entry) {
    return entry.signer().orElse("");
  }

  private boolean add(PoolEntry entry) {
    if (cut.contains(signer(entry)) || entry.bytes().length > room) {
      cut.add(signer(entry));
      return false;
    }
    room -= entry.bytes().length;
    chosen.add(entry);
    return true;
  }
}
