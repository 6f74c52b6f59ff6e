package exacta.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How many positions each answer gets in one step. Answers that decode get theirs always; the rows
 * left for prompts are shared evenly among owners, and among an owner's prompts the first comes
 * first. Where there are too few for all owners, another one begins each time.
 */
final class BatchPlan {
  /** No prompt gets a smaller piece, unless it ends: the weights are read for every piece. */
  static final int PIECE_MIN = 16;

  /**
   * What an answer wants.
   *
   * @param positions 1 for one that decodes
   */
  record Wish(Object owner, int positions) {}

  private BatchPlan() {}

  /**
   * @param prompts rows for all prompts together
   * @param turn counts the steps
   * @return for each wish the positions it gets; 0 for a turn later
   */
  static int[] of(List<Wish> wishes, int prompts, int turn) {
    int[] granted = new int[wishes.size()];
    Map<Object, Deque<Integer>> reading = new LinkedHashMap<>();
    for (int i = 0; i < granted.length; i++) {
      if (wishes.get(i).positions() == 1) {
        granted[i] = 1;
      } else {
        reading.computeIfAbsent(wishes.get(i).owner(), _ -> new ArrayDeque<>()).add(i);
      }
    }
    int left = prompts;
    while (left > 0 && !reading.isEmpty()) {
      int share = Math.max(PIECE_MIN, left / reading.size());
      List<Object> owners = new ArrayList<>(reading.keySet());
      Collections.rotate(owners, -Math.floorMod(turn, owners.size()));
      for (Object owner : owners) {
        Deque<Integer> own = reading.get(owner);
        int i = own.getFirst();
        int count = Math.min(Math.min(share, left), wishes.get(i).positions() - granted[i]);
        granted[i] += count;
        left -= count;
        if (granted[i] == wishes.get(i).positions()) {
          own.removeFirst();
        }
        if (own.isEmpty()) {
          reading.remove(owner);
        }
      }
    }
    return granted;
  }
}
