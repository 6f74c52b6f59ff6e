package exacta.ledger;

import exacta.ledger.state.HeadState;
import java.util.List;

/**
 * What happens by itself, at the end of a block, in this order. At a block's begin is only noted
 * what consensus tells of the block before, which no transaction but a double signer's sees: so the
 * state after a block is what the next block's transactions meet, and what {@link Ledger#check}
 * sees. Spec: ledger.md#block.
 */
final class BlockEnd {
  private final LedgerState state;
  private final NonceReplay replay;

  BlockEnd(LedgerState state, NonceReplay replay) {
    this.state = state;
    this.replay = replay;
  }

  /** Returns the validators whose power changes. */
  List<ValidatorPower> run(long timeMillis) {
    long height = state.height();
    Timetable timetable = state.timetable();
    long epoch = timetable.epoch(height);
    boolean isLast = timetable.isLastOfEpoch(height);

    // Verdicts come first, so that one that falls due now still counts in all that follows.
    new SprintDisputes(state).endBlock(replay);
    new SprintPhases(state).endBlock();
    new MarketPhases(state).endBlock();

    List<ValidatorPower> changed = List.of();
    if (isLast) {
      if (epoch > 0) {
        new MarketPhases(state).pay(epoch - 1);
        new Emissions(state).pay(epoch - 1);
      }
      new SprintPhases(state).endEpoch(epoch);
      new MarketPhases(state).endEpoch(epoch);
      new Plans(state).freeze(epoch + 1);
      changed = new ValidatorSet(state).endEpoch(epoch);
      new Retention(state).endEpoch(epoch);
    }

    HeadState.Builder head = state.head.get().toBuilder();
    state.head.put(head.setHeight(height).setTimeMillis(timeMillis).build());
    return changed;
  }
}
