package exacta.consensus;

import exacta.consensus.RpcException.Kind;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a subscriber wants to hear of, in the language of CometBFT: conditions on the attributes of
 * an event, all of which hold. Spec: wallets.md#events.
 */
record EventQuery(List<Condition> conditions) {
  /** No query is longer, in characters. */
  static final int LENGTH_MAX = 512;

  private static final Pattern CONDITION =
      Pattern.compile(
          "\\G\\s*(?<key>[A-Za-z_][\\w.-]*)\\s*(?:(?<exists>EXISTS)|CONTAINS\\s*'(?<part>[^']*)'"
              + "|(?<operator><=|>=|=|<|>)\\s*(?:'(?<text>[^']*)'"
              + "|(?<number>-?\\d{1,18}(?:\\.\\d{1,18})?)))\\s*");
  private static final Pattern AND = Pattern.compile("\\GAND\\s");

  /** As CometBFT looks for a number in an attribute: {@code 1000ngonka} is 1000. */
  private static final Pattern NUMBER = Pattern.compile("\\d{1,40}(?:\\.\\d{1,40})?");

  EventQuery {
    conditions = List.copyOf(conditions);
  }

  /** One of the key's values is as wanted. */
  record Condition(String key, Predicate<String> wanted) {}

  static EventQuery parse(String text) throws RpcException {
    if (text.length() > LENGTH_MAX) {
      throw new RpcException(Kind.INTERNAL_ERROR, "maximum query length exceeded");
    }
    List<Condition> conditions = new ArrayList<>();
    Matcher condition = CONDITION.matcher(text);
    Matcher and = AND.matcher(text);
    for (int at = 0; ; at = and.end()) {
      if (!condition.find(at)) {
        throw malformed(at, "expected a condition such as tm.event='Tx' or tx.height>5");
      }
      conditions.add(new Condition(condition.group("key"), wanted(condition)));
      if (condition.end() == text.length()) {
        return new EventQuery(conditions);
      }
      if (!and.find(condition.end())) {
        throw malformed(condition.end(), "expected AND");
      }
    }
  }

  private static RpcException malformed(int at, String expected) {
    return new RpcException(
        Kind.INTERNAL_ERROR, "failed to parse query: offset %d: %s".formatted(at, expected));
  }

  private static Predicate<String> wanted(Matcher condition) {
    if (condition.group("exists") != null) {
      return value -> true;
    }
    if (condition.group("part") != null) {
      String part = condition.group("part");
      return value -> value.contains(part);
    }
    String operator = condition.group("operator");
    if (condition.group("number") != null) {
      BigDecimal number = new BigDecimal(condition.group("number"));
      return value -> number(value).filter(it -> holds(operator, it.compareTo(number))).isPresent();
    }
    String text = condition.group("text");
    return value -> holds(operator, value.compareTo(text));
  }

  private static boolean holds(String operator, int order) {
    return switch (operator) {
      case "<" -> order < 0;
      case "<=" -> order <= 0;
      case ">" -> order > 0;
      case ">=" -> order >= 0;
      default -> order == 0;
    };
  }

  private static Optional<BigDecimal> number(String value) {
    Matcher number = NUMBER.matcher(value);
    return number.find() ? Optional.of(new BigDecimal(number.group())) : Optional.empty();
  }

  /** Whether an event with these attributes is wanted. */
  boolean matches(Map<String, List<String>> attributes) {
    return conditions.stream()
        .allMatch(condition ->
            attributes.getOrDefault(condition.key(), List.of()).stream()
                .anyMatch(condition.wanted()));
  }
}
