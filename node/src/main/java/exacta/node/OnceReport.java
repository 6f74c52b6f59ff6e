package exacta.node;

import exacta.protocol.v1.ConvictionRecord;
import exacta.protocol.v1.Payment;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What one question shows: the answer, its receipt, who checked it, and what everybody earned or
 * paid in fees in its epoch. Amounts are ngonka.
 */
public record OnceReport(
    String answer,
    ReceiptLine receipt,
    List<AuditorLine> auditors,
    List<PaymentLine> payments,
    List<ConvictionLine> convictions) {

  /**
   * A verified receipt.
   *
   * @param order the hash of the order it is for
   * @param epoch whose settlement covers it, -1 if none does yet
   * @param otherParts receipts of hosts that had begun this answer and broke off
   */
  public record ReceiptLine(
      String host,
      String session,
      long number,
      String order,
      String receipt,
      int promptTokens,
      int tokens,
      String end,
      long cost,
      boolean verified,
      long epoch,
      boolean paid,
      List<ReceiptLine> otherParts) {}

  /**
   * @param samples of what the receipt's host settled, given to this auditor
   * @param samplesOfThisReceipt those that this receipt earned
   */
  public record AuditorLine(
      String account, int samples, int samplesOfThisReceipt, boolean attested) {}

  /** Negative for what a developer paid. */
  public record PaymentLine(String account, String role, long amount) {}

  /**
   * @param by who proved it
   * @param slashed deposit and collateral that the host lost
   */
  public record ConvictionLine(String host, String kind, long height, String by, long slashed) {}

  static ReceiptLine receipt(
      Purchase purchase, long epoch, boolean paid, List<Purchase> otherParts) {
    return new ReceiptLine(
        purchase.host().toString(),
        purchase.session().toHex(),
        purchase.number(),
        purchase.orderHash().toHex(),
        purchase.receiptHash().toHex(),
        purchase.promptTokens(),
        purchase.tokens(),
        purchase.end(),
        purchase.cost(),
        true,
        epoch,
        paid,
        otherParts.stream().map(part -> receipt(part, epoch, paid, List.of())).toList());
  }

  static List<PaymentLine> payments(List<Payment> payments) {
    List<PaymentLine> lines = new ArrayList<>();
    payments.forEach(payment ->
        lines.add(new PaymentLine(payment.getAccount(), payment.getRole(), payment.getAmount())));
    return List.copyOf(lines);
  }

  static List<ConvictionLine> convictions(List<ConvictionRecord> records) {
    return records.stream().map(OnceReport::conviction).toList();
  }

  static ConvictionLine conviction(ConvictionRecord record) {
    return new ConvictionLine(
        record.getHost(),
        record.getKind().name().replace("DISPUTE_KIND_", "").toLowerCase(Locale.ROOT),
        record.getHeight(),
        record.getBy(),
        record.getSlashed());
  }

  /** Zero, unless money came out of nowhere. */
  public long paymentSum() {
    return payments.stream().mapToLong(PaymentLine::amount).sum();
  }
}
