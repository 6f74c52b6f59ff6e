package exacta.ledger;

import exacta.primitives.Amount;
import exacta.protocol.Denomination;
import exacta.protocol.Message;
import java.util.Optional;

/** Transfers. Spec: ledger.md#transfer. */
final class AccountRules {
  private final LedgerState state;

  AccountRules(LedgerState state) {
    this.state = state;
  }

  Verdict send(Message.Send send) {
    Optional<Amount> amount = send.amount();
    if (amount.isEmpty()) {
      return Verdict.refused(
          Refusal.INVALID_COINS, "a transfer moves one positive sum of " + Denomination.NAME);
    }
    if (!state.bank.canPay(send.signer(), amount.get())) {
      return Verdict.refused(
          Refusal.INSUFFICIENT_FUNDS,
          "spendable balance %s is smaller than %s"
              .formatted(state.bank.balance(send.signer()), amount.get()));
    }
    state.bank.send(send.signer(), send.recipient(), amount.get());
    return Verdict.accepted();
  }
}
