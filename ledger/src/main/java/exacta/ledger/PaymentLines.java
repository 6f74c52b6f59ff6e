package exacta.ledger;

import exacta.primitives.Check;
import exacta.protocol.v1.Payment;
import java.util.List;
import java.util.TreeMap;

/** The fees of an epoch, one line for each role and account; their sum is 0. */
final class PaymentLines {
  /** In the order of the list. */
  private static final List<String> ROLES = List.of("developer", "host", "auditor", "training");

  private record Line(int role, String account) implements Comparable<Line> {
    @Override
    public int compareTo(Line other) {
      return role != other.role
          ? Integer.compare(role, other.role)
          : account.compareTo(other.account);
    }
  }

  private final TreeMap<Line, Long> amounts = new TreeMap<>();

  void add(String account, String role, long amount) {
    if (amount != 0) {
      amounts.merge(new Line(ROLES.indexOf(role), account), amount, Math::addExact);
    }
  }

  List<Payment> payments() {
    long sum = amounts.values().stream().reduce(0L, Math::addExact);
    Check.that(sum == 0, "what developers pay is what others get");
    return amounts.entrySet().stream()
        .map(entry ->
            Payment.newBuilder()
                .setAccount(entry.getKey().account())
                .setRole(ROLES.get(entry.getKey().role()))
                .setAmount(entry.getValue())
                .build())
        .toList();
  }
}
