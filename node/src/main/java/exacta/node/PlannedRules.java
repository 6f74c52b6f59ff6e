package exacta.node;

import exacta.primitives.ExactaException;
import exacta.protocol.v1.RulesFrom;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What the operators of a chain agreed on after its genesis: the file {@code upgrades} in a node's
 * home, a line {@code HEIGHT VERSION} for each later version of the rules. Spec:
 * ledger.md#versions.
 */
final class PlannedRules {
  static final String NAME = "upgrades";

  private PlannedRules() {}

  /**
   * What the home's file says; nothing if there is none.
   *
   * @throws ExactaException (fatal) that names the line which is none
   */
  static List<RulesFrom> read(HomeFolder home) {
    List<RulesFrom> planned = new ArrayList<>();
    PrivateFile.read(home.resolve(NAME))
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
        .ifPresent(text ->
            text.lines()
                .filter(line -> !line.isBlank())
                .map(PlannedRules::parse)
                .forEach(planned::add));
    return planned;
  }

  private static RulesFrom parse(String line) {
    String[] words = line.strip().split("\\s+");
    try {
      if (words.length == 2) {
        return RulesFrom.newBuilder()
            .setHeight(Long.parseLong(words[0]))
            .setVersion(Integer.parseInt(words[1]))
            .build();
      }
    } catch (NumberFormatException e) {
      // Said below, together with the other ways in which it can be wrong.
    }
    throw ExactaException.fatal(
        "the file %s in the node's home: a line is a height and a version of the rules, such as \"120000 2\", not \"%s\""
            .formatted(NAME, line));
  }
}
