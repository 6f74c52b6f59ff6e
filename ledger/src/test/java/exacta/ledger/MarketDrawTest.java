package exacta.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.crypto.Address;
import exacta.ledger.WeightedDraw.Candidate;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class MarketDrawTest {
  @Test
  void givesTheSameNumbersForTheSameDraw() {
    DrawNumbers first = numbers(1);
    DrawNumbers second = numbers(1);
    for (int bound = 1; bound < 100; bound++) {
      long number = first.below(bound);
      assertTrue(number >= 0 && number < bound);
      assertEquals(number, second.below(bound));
    }
    assertTrue(numbers(2).below(Long.MAX_VALUE) != numbers(1).below(Long.MAX_VALUE));
  }

  @Test
  void drawsByWeight() {
    List<Candidate> candidates = candidates(0, 1, 3, 6);
    Map<Address, Integer> drawn = new TreeMap<>();
    DrawNumbers numbers = numbers(3);
    for (int i = 0; i < 10_000; i++) {
      drawn.merge(WeightedDraw.one(numbers, candidates).orElseThrow(), 1, Integer::sum);
    }
    assertEquals(null, drawn.get(address(0)));
    assertEquals(1000, drawn.get(address(1)), 150);
    assertEquals(3000, drawn.get(address(2)), 200);
    assertEquals(6000, drawn.get(address(3)), 200);
  }

  @Test
  void drawsEquallyWhereNobodyHasWeight() {
    Map<Address, Integer> drawn = new TreeMap<>();
    DrawNumbers numbers = numbers(4);
    for (int i = 0; i < 1000; i++) {
      drawn.merge(WeightedDraw.one(numbers, candidates(0, 0)).orElseThrow(), 1, Integer::sum);
    }
    assertEquals(500, drawn.get(address(0)), 80);
    assertEquals(Optional.empty(), WeightedDraw.one(numbers, List.of()));
    assertEquals(2, WeightedDraw.distinct(numbers, candidates(0, 0, 7), 2).size());
  }

  @Test
  void drawsDifferentOnesOrAllOfThem() {
    List<Candidate> candidates = candidates(5, 1, 1, 1, 0);
    for (int seed = 0; seed < 200; seed++) {
      List<Address> drawn = WeightedDraw.distinct(numbers(seed), candidates, 3);
      assertEquals(3, new HashSet<>(drawn).size());
      assertTrue(!drawn.contains(address(4)));
    }
    assertEquals(5, WeightedDraw.distinct(numbers(1), candidates, 5).size());
    assertEquals(5, WeightedDraw.distinct(numbers(1), candidates, 9).size());
    assertEquals(4, WeightedDraw.distinct(numbers(1), candidates(1, 1, 1, 1, 0), 4).size());
  }

  @Test
  void picksCoinsOnceAndFindsTheirLanes() {
    List<Long> all = Coins.draw(numbers(5), 7, 500);
    assertEquals(List.of(0L, 1L, 2L, 3L, 4L, 5L, 6L), all);
    assertEquals(List.of(0L), Coins.draw(numbers(5), 1, 10));
    List<Long> sums = List.of(2L, 0L, 5L);
    List<Coins.Place> places = all.stream().map(coin -> Coins.place(sums, coin)).toList();
    assertEquals(new Coins.Place(0, 1), places.get(1));
    assertEquals(new Coins.Place(2, 0), places.get(2));
    assertEquals(new Coins.Place(2, 4), places.get(6));
  }

  @Test
  void asksForFewerSamplesWithReputation() {
    assertEquals(100, SampleCount.of(10, 100, 0, 30));
    assertEquals(97, SampleCount.of(10, 100, 1, 30));
    assertEquals(13, SampleCount.of(10, 100, 29, 30));
    assertEquals(10, SampleCount.of(10, 100, 30, 30));
    assertEquals(16, SampleCount.of(4, 16, 1, 30));
    assertEquals(5, SampleCount.of(4, 16, 29, 30));
    assertEquals(7, SampleCount.of(7, 7, 3, 30));
  }

  static DrawNumbers numbers(long seed) {
    return new DrawNumbers(seed(seed));
  }

  private static Digest32 seed(long seed) {
    return Hasher.of("test").integer(seed).finish();
  }

  private static Address address(int index) {
    return Address.module("candidate " + index);
  }

  private static List<Candidate> candidates(long... weights) {
    List<Candidate> candidates = new ArrayList<>();
    for (int i = 0; i < weights.length; i++) {
      candidates.add(new Candidate(address(i), weights[i]));
    }
    return candidates;
  }
}
