package exacta.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The comparison as Markdown. */
final class ComparisonTable {
  private ComparisonTable() {}

  /** All tables, each with its heading. */
  static String of(Results results) {
    List<String> lines = new ArrayList<>();
    Machine machine = results.machine();
    lines.add(
        "Measured %s on %d cores of %s with %.0f GB of memory, %s, %s, against %s. Medians of %d fresh"
                .formatted(
                    results.date(),
                    machine.cores(),
                    machine.processor(),
                    machine.memoryMegabytes() / 1000.0,
                    machine.system(),
                    machine.java(),
                    results.llamaCpp(),
                    results.runs())
            + " processes each, by turns; smallest and largest in brackets.");
    String heading = "";
    for (Results.Row row : results.rows()) {
      if (row.exacta().isEmpty() && row.llamaCpp().isEmpty()) {
        continue;
      }
      String next =
          row.format() + ", " + row.threads() + (row.threads() == 1 ? " thread" : " threads");
      if (!next.equals(heading)) {
        heading = next;
        lines.add("");
        lines.add("### " + heading);
        lines.add("");
        lines.add("| | Exacta | llama.cpp | times as good | required |");
        lines.add("|---|---:|---:|---:|---:|");
      }
      lines.add(line(row));
    }
    return String.join("\n", lines) + "\n";
  }

  private static String line(Results.Row row) {
    return "| %s, %s | %s | %s | %s | %s |"
        .formatted(
            row.measure().title(),
            row.measure().unit(),
            cell(row.exacta()),
            cell(row.llamaCpp()),
            row.isComparable() ? "%.2f".formatted(row.ratio()) : "",
            required(row));
  }

  private static String cell(List<Double> values) {
    if (values.isEmpty()) {
      return "";
    }
    Results.Spread spread = Results.Spread.of(values);
    return "%s (%s–%s)"
        .formatted(number(spread.median()), number(spread.min()), number(spread.max()));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value < 100 ? "%.1f" : "%.0f", value);
  }

  private static String required(Results.Row row) {
    Optional<Requirement> requirement = Requirement.of(row);
    if (requirement.isEmpty() || !row.isComparable()) {
      return "";
    }
    boolean met = row.ratio() >= requirement.get().ratio();
    return "%s %.2f".formatted(met ? "met:" : "**missed**:", requirement.get().ratio());
  }
}
