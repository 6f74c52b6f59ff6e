package exacta.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CoverageTest {
  private static final long MOST = Long.MAX_VALUE;

  @ParameterizedTest(name = "cap {0} settled {1} sum {2} acknowledged {3} open {4} {5} -> {6}")
  @CsvSource({
    "100, 0, 0, 0, 0, 0, true",
    "100, 0, 50, 50, 0, 0, true",
    "100, 0, 51, 50, 0, 0, false",
    "100, 0, 51, 50, 1, 0, true",
    "100, 0, 60, 50, 4, 6, true",
    "100, 0, 61, 50, 4, 6, false",
    "100, 40, 60, 100, 0, 0, true",
    "100, 40, 61, 200, 0, 0, false",
    "100, 40, 10, 49, 0, 0, false",
    "100, 40, 10, 30, 20, 0, true",
    "100, 100, 1, 200, 0, 0, false",
    "100, 0, -1, 50, 0, 0, false",
    "100, 0, 10, -1, 20, 0, false",
    "100, 0, 10, 5, -5, 5, true",
    "100, 0, 10, 5, -5, 4, false",
    MOST + ", 0, " + MOST + ", " + MOST + ", " + MOST + ", " + MOST + ", true",
    MOST + ", 0, " + MOST + ", 0, " + MOST + ", " + MOST + ", true",
    MOST + ", " + MOST + ", " + MOST + ", " + MOST + ", 0, 0, false",
    MOST + ", 1, " + MOST + ", " + MOST + ", 0, 0, false",
  })
  void coversNoMoreThanWasSigned(
      long cap, long settled, long sum, long acknowledged, long open1, long open2, boolean holds) {
    assertEquals(holds, Coverage.holds(cap, settled, sum, acknowledged, List.of(open1, open2)));
  }
}
