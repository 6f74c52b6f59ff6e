package exacta.ledger;

import exacta.crypto.Address;
import exacta.ledger.state.TallyState;
import exacta.primitives.Amount;
import exacta.protocol.Denomination;
import exacta.protocol.Duty;
import exacta.protocol.Gas;
import exacta.protocol.Transaction;
import java.util.Optional;

/** What a transaction pays for its gas, and who need not. Spec: ledger.md#fees. */
final class Fees {
  private final LedgerState state;

  Fees(LedgerState state) {
    this.state = state;
  }

  /**
   * Takes the fee that a transaction offers, or counts it as a free duty.
   *
   * @param isNext whether nothing of the same signer goes before it, which could bring the fee
   * @return why it may not be tried, if so; then nothing has changed
   */
  Optional<TxResult> take(Transaction transaction, boolean isNext) {
    long gas = Gas.of(transaction);
    long limit = transaction.gasLimit();
    if (limit > 0 && limit < gas) {
      return refused(
          Refusal.OUT_OF_GAS,
          "out of gas in location: messages; gasWanted: %d, gasUsed: %d: out of gas"
              .formatted(limit, gas));
    }
    Amount required = new Amount(gas * state.parameters().getMinimumGasPrice());
    Amount fee = transaction.fee();
    if (fee.compareTo(required) < 0 && !(fee.isZero() && takeFreeDuty(transaction))) {
      return refused(
          Refusal.INSUFFICIENT_FEE,
          "insufficient fees; got: %s required: %s: insufficient fee"
              .formatted(Denomination.text(fee), Denomination.text(required)));
    }
    if (fee.isZero()) {
      return Optional.empty();
    }
    boolean canPay = state.bank.canPay(transaction.signer(), fee);
    if (canPay) {
      state.bank.burn(transaction.signer(), fee);
    }
    return canPay || !isNext
        ? Optional.empty()
        : refused(
            Refusal.INSUFFICIENT_FUNDS,
            "spendable balance %s is smaller than the fee %s: insufficient funds"
                .formatted(
                    Denomination.text(state.bank.balance(transaction.signer())),
                    Denomination.text(fee)));
  }

  /**
   * Counts the messages as free ones of this epoch, if they are duties and the host has some left.
   */
  private boolean takeFreeDuty(Transaction transaction) {
    Plans plans = new Plans(state);
    Address host = transaction.principal();
    if (!transaction.messages().stream().allMatch(Duty::is) || !plans.hasVoice(host)) {
      return false;
    }
    TallyState tally = plans.tally(state.epoch(), host);
    int used = tally.getFreeDuties() + transaction.messages().size();
    if (used > Limits.FREE_DUTIES_MAX) {
      return false;
    }
    state.tallies.put(
        new HostKey(state.epoch(), host), tally.toBuilder().setFreeDuties(used).build());
    return true;
  }

  private static Optional<TxResult> refused(Refusal refusal, String log) {
    return Optional.of(TxResult.refused(refusal, log));
  }
}
