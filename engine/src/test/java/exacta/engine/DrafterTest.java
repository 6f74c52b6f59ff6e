package exacta.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class DrafterTest {
  /** The first drafts after some tokens. */
  private static int[] drafts(int room, int... tokens) {
    return drafts(new Drafter(), room, tokens);
  }

  private static int[] drafts(Drafter drafter, int room, int... tokens) {
    int[] sequence = Arrays.copyOf(tokens, tokens.length + room);
    int count = drafter.draft(sequence, tokens.length, room);
    assertArrayEquals(tokens, Arrays.copyOf(sequence, tokens.length));
    return Arrays.copyOfRange(sequence, tokens.length, tokens.length + count);
  }

  private static int[] list(int... tokens) {
    return tokens;
  }

  @Test
  void goesOnAsAfterTheSameTwoTokens() {
    assertArrayEquals(list(7, 8, 9), drafts(7, 5, 6, 7, 8, 9, 1, 5, 6));
    assertArrayEquals(list(7, 8), drafts(2, 5, 6, 7, 8, 9, 1, 5, 6));
    assertArrayEquals(list(), drafts(0, 5, 6, 7, 8, 9, 1, 5, 6));
  }

  @Test
  void needsTwoTokensThatStoodThereBefore() {
    assertArrayEquals(list(), drafts(7, 5, 6, 7, 6));
    assertArrayEquals(list(), drafts(7, 5));
    assertArrayEquals(list(), drafts(7, 5, 5));
    assertArrayEquals(list(5, 5, 5), drafts(7, 5, 5, 5));
  }

  @Test
  void prefersTheLongestMatchAndOfTheseTheLast() {
    assertArrayEquals(list(1, 4, 5), drafts(7, 4, 5, 6, 1, 4, 5, 9, 5, 6, 2, 4, 5, 6));
    assertArrayEquals(list(2, 7, 5), drafts(7, 9, 5, 6, 1, 8, 5, 6, 2, 7, 5, 6));
  }

  @Test
  void whatRepeatsItselfGoesOnBeyondTheEnd() {
    assertArrayEquals(list(1, 2, 3), drafts(7, 1, 2, 3, 1, 2, 3));
  }

  /** How many it drafts after a text that repeats itself. */
  private static int most(Drafter drafter) {
    return drafts(drafter, 9, 1, 2, 1, 2).length;
  }

  @Test
  void draftsMoreWhileAllAreRightAndAsManyAsWereRightOtherwise() {
    Drafter drafter = new Drafter();
    assertEquals(3, most(drafter));
    drafter.learn(3, 3);
    assertEquals(7, most(drafter));
    drafter.learn(7, 7);
    assertEquals(7, most(drafter));
    drafter.learn(7, 4);
    assertEquals(4, most(drafter));
    drafter.learn(4, 0);
    assertEquals(1, most(drafter));
    drafter.learn(0, 0);
    assertEquals(1, most(drafter));
    drafter.learn(1, 1);
    assertEquals(3, most(drafter));
  }

  @Test
  void fewerThanThereCouldBeSayNothingAgainstMore() {
    Drafter drafter = new Drafter();
    drafter.learn(3, 3);
    drafter.learn(1, 1);
    assertEquals(7, most(drafter));
  }
}
