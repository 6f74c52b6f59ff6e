package exacta.ledger;

import exacta.ledger.TxEvent.Attribute;
import exacta.primitives.Amount;
import exacta.protocol.Denomination;
import exacta.protocol.Message;
import exacta.protocol.Transaction;
import java.util.ArrayList;
import java.util.List;

/** The events of transactions, by which clients find them. Spec: ledger.md#events. */
final class Events {
  private Events() {}

  /** Of every transaction that was admitted. */
  static List<TxEvent> ofFee(Transaction transaction) {
    if (transaction.fee().isZero()) {
      return List.of();
    }
    return List.of(
        new TxEvent(
            "tx",
            List.of(
                new Attribute("fee", Denomination.text(transaction.fee())),
                new Attribute("fee_payer", transaction.signer().toString()))));
  }

  /** Of messages that took effect, in their order. */
  static List<TxEvent> of(List<Message> messages) {
    List<TxEvent> events = new ArrayList<>();
    for (Message message : messages) {
      events.add(
          new TxEvent(
              "message",
              List.of(
                  new Attribute("action", message.typeUrl()),
                  new Attribute("sender", message.signerText()))));
      switch (message) {
        case Message.Send send ->
            send.amount()
                .ifPresent(amount ->
                    events.add(transfer(send.signerText(), send.recipient().toString(), amount)));
        case Message.MultiSend multi ->
            multi
                .shares()
                .orElse(List.of())
                .forEach(share ->
                    events.add(
                        transfer(
                            multi.signerText(), share.recipient().toString(), share.amount())));
        default -> {}
      }
    }
    return events;
  }

  private static TxEvent transfer(String sender, String recipient, Amount amount) {
    return new TxEvent(
        "transfer",
        List.of(
            new Attribute("recipient", recipient),
            new Attribute("sender", sender),
            new Attribute("amount", Denomination.text(amount))));
  }
}
