package exacta.consensus;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Chooses what goes into a block: duties first, the first one of each signer before the second of
 * any; then the others as they came. What one account sends always keeps its order. So whoever
 * floods the pool delays no host's duty, and no host those of another. Spec: state.md#blocks.
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
    List<PoolEntry> others = new ArrayList<>();
    Map<String, Integer> ranks = new HashMap<>();
    Set<String> haveOthers = new HashSet<>();
    for (PoolEntry entry : waiting) {
      String signer = signer(entry);
      if (entry.isDuty() && !haveOthers.contains(signer)) {
        duties.add(new Ranked(entry, ranks.merge(signer, 1, Integer::sum)));
      } else {
        haveOthers.add(signer);
        others.add(entry);
      }
    }
    duties.sort(Comparator.comparingInt(Ranked::rank));
    BlockChoice choice = new BlockChoice(bytesMax);
    for (Ranked duty : duties) {
      choice.add(duty.entry());
    }
    for (PoolEntry other : others) {
      boolean isBehind = choice.cut.contains(signer(other));
      // What does not fit is the first of the next block; smaller ones do not overtake it.
      if (!isBehind && !choice.add(other)) {
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
