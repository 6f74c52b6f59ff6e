package exacta.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BatchPlanTest {
  @Test
  void everyoneThatDecodesGetsATokenInEveryStep() {
    assertArrayEquals(new int[] {1, 64, 1}, of(64, wish("a", 1), wish("b", 900), wish("c", 1)));
    assertArrayEquals(new int[] {1, 0}, of(0, wish("a", 1), wish("b", 900)));
  }

  @Test
  void ownersShareEvenlyAndWhatOneLeavesGoesToOthers() {
    assertArrayEquals(new int[] {50, 50}, of(100, wish("a", 900), wish("b", 900)));
    assertArrayEquals(new int[] {80, 20}, of(100, wish("a", 900), wish("b", 20)));
    assertArrayEquals(
        new int[] {50, 0, 50}, of(100, wish("a", 900), wish("a", 900), wish("b", 900)));
  }

  @Test
  void noPieceIsTooSmallToBeWorthIt() {
    assertArrayEquals(
        new int[] {16, 16, 0, 0},
        of(32, wish("a", 90), wish("b", 90), wish("c", 90), wish("d", 90)));
  }

  @Test
  void whereThereIsTooLittleForAllOwnersBeginByTurns() {
    List<BatchPlan.Wish> wishes = List.of(wish("a", 90), wish("a", 90), wish("b", 90));
    assertArrayEquals(new int[] {16, 0, 0}, BatchPlan.of(wishes, 16, 0));
    assertArrayEquals(new int[] {0, 0, 16}, BatchPlan.of(wishes, 16, 1));
    assertArrayEquals(new int[] {16, 0, 0}, BatchPlan.of(wishes, 16, 2));
  }

  @Test
  void neverGivesMoreThanThereIsOrThanIsWanted() {
    Random random = new Random(20261127);
    for (int trial = 0; trial < 500; trial++) {
      List<BatchPlan.Wish> wishes = new ArrayList<>();
      for (int i = 0; i < 1 + random.nextInt(40); i++) {
        wishes.add(wish("owner " + random.nextInt(5), 1 + random.nextInt(300)));
      }
      int prompts = random.nextInt(256);
      int[] granted = BatchPlan.of(wishes, prompts, random.nextInt());
      int read = 0;
      int wanted = 0;
      for (int i = 0; i < granted.length; i++) {
        int positions = wishes.get(i).positions();
        assertTrue(granted[i] >= 0 && granted[i] <= positions);
        read += positions == 1 ? 0 : granted[i];
        wanted += positions == 1 ? 0 : positions;
      }
      assertEquals(Math.min(prompts, wanted), read, "trial " + trial);
    }
  }

  @Test
  void aStepGrowsAndShrinksWithWhatARowCosts() {
    StepBudget budget = new StepBudget();
    for (int i = 0; i < 40; i++) {
      budget.took(64, 64 * 500_000L);
    }
    int quick = budget.rows(4);
    assertTrue(Math.abs(quick - 196) <= 1, "100 ms at 0.5 ms, without those that decode");
    for (int i = 0; i < 40; i++) {
      budget.took(64, 64 * 100_000_000L);
    }
    assertEquals(BatchPlan.PIECE_MIN, budget.rows(4));
    assertTrue(budget.rows(128) + 128 <= TransformerPass.ROWS_MAX);
  }

  private static BatchPlan.Wish wish(String owner, int positions) {
    return new BatchPlan.Wish(owner, positions);
  }

  private static int[] of(int prompts, BatchPlan.Wish... wishes) {
    return BatchPlan.of(Arrays.asList(wishes), prompts, 0);
  }
}
