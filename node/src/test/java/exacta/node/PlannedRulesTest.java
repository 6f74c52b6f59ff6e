package exacta.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.primitives.ExactaException;
import exacta.protocol.v1.RulesFrom;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlannedRulesTest {
  @TempDir private Path folder;

  private List<RulesFrom> read(String text) {
    try (HomeFolder home = HomeFolder.open(folder)) {
      PrivateFile.write(home.resolve(PlannedRules.NAME), text);
      return PlannedRules.read(home);
    }
  }

  @Test
  void aLineIsAHeightAndAVersion() {
    RulesFrom second = RulesFrom.newBuilder().setHeight(120_000).setVersion(2).build();
    assertEquals(List.of(second), read("\n 120000  2\n"));
    assertEquals(List.of(), read(""));
    for (String wrong : List.of("120000", "x 2", "120000 2 3", "120000 99999999999")) {
      ExactaException e = assertThrows(ExactaException.class, () -> read(wrong));
      assertTrue(e.getMessage().contains(wrong), e.getMessage());
    }
  }
}
