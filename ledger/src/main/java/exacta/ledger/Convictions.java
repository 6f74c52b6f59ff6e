package exacta.ledger;

import exacta.crypto.Address;
import exacta.ledger.state.CountersState;
import exacta.ledger.state.HostState;
import exacta.ledger.state.TallyState;
import exacta.primitives.Amount;
import exacta.protocol.v1.ConvictionRecord;
import exacta.protocol.v1.DisputeKind;
import java.util.Optional;

/**
 * What a proven lie costs: the deposit, a fifth of the collateral, the fraud's epoch, both
 * reputations, the registration. Half of the money goes to the winner, half is burned. Spec:
 * ledger.md#conviction.
 */
final class Convictions {
  /** The part of the collateral that a conviction takes, in per mille. */
  static final int COLLATERAL_SHARE = 200;

  private final LedgerState state;

  Convictions(LedgerState state) {
    this.state = state;
  }

  /**
   * Convicts a host. The earnings that a fraud with a receipt loses are the caller's business.
   *
   * @param epoch in which the fraud happened
   * @param sprint the Sprint of the fraud, 0 for a receipt
   */
  void convict(Address host, DisputeKind kind, Address winner, long epoch, long sprint) {
    HostState before = state.hosts.require(host);
    Amount deposit = new Amount(before.getDeposit());
    Amount collateral = new Amount(before.getCollateral()).share(COLLATERAL_SHARE, 1000);
    splitLoss(Purse.HOST_DEPOSITS, deposit, winner);
    splitLoss(Purse.COLLATERAL, collateral, winner);

    HostState.Builder after =
        before.toBuilder()
            .setDeposit(0)
            .setCollateral(before.getCollateral() - collateral.nanoCoins())
            .setSprintReputation(0)
            .setReceiptReputation(0)
            .setProvenNow(0)
            .setProvenBefore(0);
    if (before.getRegistered()) {
      after.setRegistered(false).setEndedEpoch(state.epoch());
    }
    state.hosts.put(host, after.build());

    HostKey key = new HostKey(epoch, host);
    TallyState tally = state.tallies.get(key).orElse(TallyState.getDefaultInstance());
    state.tallies.put(key, tally.toBuilder().setConvicted(true).build());

    new ValidatorRules(state).forgetWeight(host);
    record(host, kind, Optional.of(winner), deposit.plus(collateral), epoch, sprint);
  }

  /** Writes down what a host lost for what, and who proved it, if somebody did. */
  void record(
      Address host,
      DisputeKind kind,
      Optional<Address> winner,
      Amount loss,
      long epoch,
      long sprint) {
    CountersState counters = state.counters.get();
    long number = counters.getConvictions() + 1;
    state.counters.put(counters.toBuilder().setConvictions(number).build());
    state.convictions.delete(number - Limits.CONVICTIONS_KEPT);
    state.convictions.put(
        number,
        ConvictionRecord.newBuilder()
            .setHost(host.toString())
            .setKind(kind)
            .setHeight(state.height())
            .setBy(winner.map(Address::toString).orElse(""))
            .setSlashed(loss.nanoCoins())
            .setEpoch(epoch)
            .setSprint(sprint)
            .build());
  }

  /** Gives half of a loss to the winner, rounded down, and burns the rest. */
  void splitLoss(Purse from, Amount loss, Address winner) {
    Amount reward = loss.share(1, 2);
    state.bank.release(from, winner, reward);
    state.bank.burn(from, loss.minus(reward));
  }
}
