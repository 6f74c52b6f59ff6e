package exacta.ledger;

import exacta.ledger.state.ConfigState;
import exacta.primitives.ExactaException;
import exacta.protocol.v1.RulesFrom;
import java.util.List;
import java.util.stream.Stream;

/**
 * All versions of the rules that this program knows, and those that its operator planned beyond
 * what the genesis says. Spec: ledger.md#versions.
 *
 * @param versions the first has number 1
 * @param planned by the operators of a chain, all alike
 */
record RuleBook(List<RuleSet> versions, List<RulesFrom> planned) {
  static final RuleBook STANDARD = new RuleBook(List.of(new Rules()), List.of());

  RuleBook {
    versions = List.copyOf(versions);
    planned = List.copyOf(planned);
  }

  /** The version that the newest block followed: what the next transaction is checked by. */
  RuleSet current(LedgerState state) {
    return version(state.rulesVersion(), state.height());
  }

  /**
   * The version of the block that is being made; the first time, the state becomes that version's.
   *
   * @throws ExactaException (fatal) if this program does not know it, or a planned height is over
   */
  RuleSet begin(LedgerState state) {
    ConfigState config = state.config.get();
    long height = state.height();
    int wanted = config.getRulesVersion();
    for (RulesFrom from : config.getRulesList()) {
      if (from.getHeight() <= height) {
        wanted = Math.max(wanted, from.getVersion());
      }
    }
    for (RulesFrom from : planned) {
      if (from.getHeight() == height) {
        wanted = Math.max(wanted, from.getVersion());
      } else if (from.getHeight() < height && from.getVersion() > wanted) {
        throw ExactaException.fatal(
            "rules %d were planned from block %d on, but block %d is next, and those before followed rules %d; remove the ledger's folder, so that it is given all blocks again"
                .formatted(from.getVersion(), from.getHeight(), height, wanted));
      }
    }
    for (int number = config.getRulesVersion() + 1; number <= wanted; number++) {
      version(number, height).migrate(state);
      state.config.put(state.config.get().toBuilder().setRulesVersion(number).build());
    }
    return version(wanted, height);
  }

  private RuleSet version(int number, long height) {
    if (number < 1 || number > versions.size()) {
      throw ExactaException.fatal(
          "block %d of this chain follows rules %d, and this program knows rules 1 to %d; use the version of exacta that has them"
              .formatted(height, number, versions.size()));
    }
    return versions.get(number - 1);
  }

  /** What is wrong with a schedule; heights and versions must rise. */
  static Stream<String> faults(List<RulesFrom> schedule) {
    Stream.Builder<String> faults = Stream.builder();
    long height = 0;
    int version = 1;
    for (RulesFrom from : schedule) {
      if (from.getHeight() <= height || from.getVersion() <= version) {
        faults.add("rules %d from block %d on".formatted(from.getVersion(), from.getHeight()));
      }
      height = from.getHeight();
      version = from.getVersion();
    }
    return faults.build();
  }
}
