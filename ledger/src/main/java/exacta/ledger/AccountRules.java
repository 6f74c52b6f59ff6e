package exacta.ledger;

import exacta.crypto.Address;
import exacta.primitives.Amount;
import exacta.protocol.Denomination;
import exacta.protocol.Message;
import java.util.List;
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
      return lacks(send.signer(), amount.get());
    }
    state.bank.send(send.signer(), send.recipient(), amount.get());
    return Verdict.accepted();
  }

  Verdict multiSend(Message.MultiSend send) {
    Optional<List<Message.MultiSend.Share>> shares = send.shares();
    if (shares.isEmpty()) {
      return Verdict.refused(
          Refusal.INVALID_COINS,
          "what comes in and what goes out are positive sums of %s, and equal"
              .formatted(Denomination.NAME));
    }
    for (Message.MultiSend.Share share : shares.get()) {
      if (!state.bank.canPay(send.signer(), share.amount())) {
        return lacks(send.signer(), share.amount());
      }
      state.bank.send(send.signer(), share.recipient(), share.amount());
    }
    return Verdict.accepted();
  }

  private Verdict lacks(Address account, Amount amount) {
    return Verdict.refused(
        Refusal.INSUFFICIENT_FUNDS,
        "spendable balance %s is smaller than %s: insufficient funds"
            .formatted(Denomination.text(state.bank.balance(account)), Denomination.text(amount)));
  }
}
