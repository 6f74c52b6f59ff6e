package exacta.cli;

import exacta.node.OnceReport;
import exacta.primitives.Amount;
import java.util.ArrayList;
import java.util.List;

/** A report of one question, for people. */
final class ReportText {
  private ReportText() {}

  static List<String> lines(OnceReport report) {
    List<String> lines = new ArrayList<>();
    OnceReport.ReceiptLine receipt = report.receipt();
    lines.add("");
    lines.add("Receipt " + receipt.receipt() + (receipt.verified() ? "  (verified)" : ""));
    lines.add("  host      " + receipt.host());
    lines.add("  order     " + receipt.number() + " of session " + receipt.session());
    lines.add(
        "  tokens    %d of prompt, %d of answer, end: %s"
            .formatted(receipt.promptTokens(), receipt.tokens(), receipt.end()));
    lines.add("  cost      " + Amount.ofNano(receipt.cost()));
    lines.add(
        "  settled   "
            + (receipt.epoch() < 0 ? "not yet" : "in epoch " + receipt.epoch())
            + (receipt.paid() ? ", paid" : ""));
    if (!report.auditors().isEmpty()) {
      lines.add("");
      lines.add("Auditors of what this host settled");
      for (OnceReport.AuditorLine auditor : report.auditors()) {
        lines.add(
            "  %s  %s, %d samples, %d of them of this receipt"
                .formatted(
                    auditor.account(),
                    auditor.attested() ? "attested" : "silent",
                    auditor.samples(),
                    auditor.samplesOfThisReceipt()));
      }
    }
    if (!report.payments().isEmpty()) {
      lines.add("");
      lines.add("Fees of epoch " + receipt.epoch() + ", in ngonka");
      for (OnceReport.PaymentLine payment : report.payments()) {
        lines.add(
            "  %-45s %-10s %,15d".formatted(payment.account(), payment.role(), payment.amount()));
      }
      lines.add("  %-45s %-10s %,15d".formatted("", "sum", report.paymentSum()));
    }
    for (OnceReport.ConvictionLine conviction : report.convictions()) {
      lines.add("");
      lines.add("Convicted: " + conviction.host() + ", " + conviction.kind());
      lines.add("  at block  " + conviction.height());
      lines.add("  by        " + conviction.by());
      lines.add("  it lost   " + Amount.ofNano(conviction.slashed()) + ", its reputation, and");
      lines.add("            what the network would have paid it for that epoch");
    }
    return lines;
  }
}
