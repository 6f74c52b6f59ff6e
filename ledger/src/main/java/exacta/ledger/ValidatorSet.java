package exacta.ledger;

import com.google.protobuf.ByteString;
import exacta.crypto.Address;
import exacta.ledger.ValidatorPowers.Candidate;
import exacta.ledger.state.ActiveValidator;
import exacta.ledger.state.PlanState;
import exacta.ledger.state.ValidatorState;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * The validators that consensus knows, and how they follow the plans. The set never becomes empty:
 * where nobody has power, all stay. Spec: ledger.md#power.
 */
final class ValidatorSet {
  private final LedgerState state;
  private final Plans plans;

  ValidatorSet(LedgerState state) {
    this.state = state;
    this.plans = new Plans(state);
  }

  List<ValidatorPower> current() {
    return state.activeValidators.values().stream()
        .map(active -> new ValidatorPower(active.getKey(), active.getPower()))
        .toList();
  }

  void put(ByteString key, long power) {
    state.activeValidators.put(
        key, ActiveValidator.newBuilder().setKey(key).setPower(power).build());
  }

  /** In the last block of an epoch, after the next plan was made. Returns what changes. */
  List<ValidatorPower> endEpoch(long epoch) {
    List<Long> counted = countedPlans(epoch + 1);
    List<Candidate> candidates = new ArrayList<>();
    for (Table.Row<ValidatorState> row : state.validators.rows(new byte[0])) {
      Address host = Address.of(row.key());
      if (isEligible(epoch, host, row.value())) {
        candidates.add(candidate(host, row.value(), counted));
      }
    }
    List<ValidatorPower> next = ValidatorPowers.of(candidates, Limits.VALIDATORS_MAX);
    return next.isEmpty() ? List.of() : replace(next);
  }

  /** The plans whose weights count: the last {@code vote_epochs}, without those of no weight. */
  private List<Long> countedPlans(long newest) {
    List<Long> counted = new ArrayList<>();
    long first = Math.max(0, newest - state.parameters().getVoteEpochs() + 1);
    for (long plan = first; plan <= newest; plan++) {
      if (state.plans.get(plan).map(PlanState::getWeight).orElse(0L) > 0) {
        counted.add(plan);
      }
    }
    return counted;
  }

  private boolean isEligible(long epoch, Address host, ValidatorState validator) {
    boolean isAbsent =
        2L * plans.tally(epoch, host).getMissedBlocks() > state.parameters().getEpochBlocks();
    return !isAbsent
        && validator.getSinceEpoch() <= epoch + 1
        && state.planEntries.has(new HostKey(epoch + 1, host))
        && !state
            .consensusKeys
            .require(ConsensusAddress.ofKey(validator.getKey().toByteArray()))
            .getPunished();
  }

  private Candidate candidate(Address host, ValidatorState validator, List<Long> counted) {
    return new Candidate(
        validator.getKey(),
        counted.stream()
            .map(plan -> plan < validator.getWeightSinceEpoch() ? 0L : plans.weight(plan, host))
            .toList());
  }

  private List<ValidatorPower> replace(List<ValidatorPower> next) {
    TreeMap<ByteString, Long> changes =
        new TreeMap<>(ByteString.unsignedLexicographicalComparator());
    current().forEach(validator -> changes.put(validator.key(), 0L));
    next.forEach(validator -> changes.put(validator.key(), validator.power()));
    List<ValidatorPower> changed = new ArrayList<>();
    changes.forEach((key, power) -> {
      long before = state.activeValidators.get(key).map(ActiveValidator::getPower).orElse(0L);
      if (before != power) {
        changed.add(new ValidatorPower(key, power));
      }
    });
    for (ValidatorPower one : changed) {
      if (one.power() == 0) {
        state.activeValidators.delete(one.key());
      } else {
        put(one.key(), one.power());
      }
    }
    return changed;
  }
}
