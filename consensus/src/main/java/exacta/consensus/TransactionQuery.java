package exacta.consensus;

import exacta.consensus.RpcException.Kind;
import exacta.ledger.TxEvent;
import exacta.primitives.Digest32;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code tx_search} can be asked: conditions on hash, height and events, all of which hold.
 * Spec: wallets.md#search.
 */
record TransactionQuery(List<Condition> conditions) {
  private static final int CONDITIONS_MAX = 16;
  private static final Pattern AND = Pattern.compile("\\s+AND\\s+");
  private static final Pattern HASH =
      Pattern.compile("\\s*tx\\.hash\\s*=\\s*'([0-9A-Fa-f]{64})'\\s*");
  private static final Pattern HEIGHT =
      Pattern.compile("\\s*tx\\.height\\s*(=|<=|>=|<|>)\\s*'?([0-9]{1,18})'?\\s*");
  private static final Pattern ATTRIBUTE =
      Pattern.compile("\\s*([a-z_]+)\\.([a-z_]+)\\s*=\\s*'([^']{0,256})'\\s*");

  TransactionQuery {
    conditions = List.copyOf(conditions);
  }

  /** What a transaction must be. */
  sealed interface Condition {
    boolean holds(IncludedTransaction transaction);
  }

  record ByHash(Digest32 hash) implements Condition {
    @Override
    public boolean holds(IncludedTransaction transaction) {
      return transaction.hash().equals(hash);
    }
  }

  /** Both limits are included. */
  record ByHeight(long from, long to) implements Condition {
    @Override
    public boolean holds(IncludedTransaction transaction) {
      long height = transaction.height().value();
      return from <= height && height <= to;
    }

    boolean isOne() {
      return from == to;
    }

    private static ByHeight of(String operator, long height) {
      return switch (operator) {
        case "<=" -> new ByHeight(0, height);
        case "<" -> new ByHeight(0, height - 1);
        case ">=" -> new ByHeight(height, Long.MAX_VALUE);
        case ">" -> new ByHeight(height + 1, Long.MAX_VALUE);
        default -> new ByHeight(height, height);
      };
    }
  }

  /** An attribute of an event has this value. */
  record ByEvent(String type, TxEvent.Attribute attribute) implements Condition {
    @Override
    public boolean holds(IncludedTransaction transaction) {
      return transaction.result().events().stream()
          .filter(event -> event.type().equals(type))
          .anyMatch(event -> event.attributes().contains(attribute));
    }
  }

  /** Reads conditions with {@code AND} between them. */
  static TransactionQuery parse(String text) throws RpcException {
    // Splitting takes time in proportion to the square of the spaces in a row.
    if (text.length() > EventQuery.LENGTH_MAX) {
      throw new RpcException(Kind.INTERNAL_ERROR, "maximum query length exceeded");
    }
    List<Condition> conditions = new ArrayList<>();
    for (String part : AND.split(text)) {
      conditions.add(
          condition(part)
              .orElseThrow(() ->
                  new RpcException(
                      Kind.INVALID_PARAMS,
                      "parameter \"query\": expected tx.hash='64 hexadecimal digits', tx.height=N"
                          + " (or <=, >=, <, >) or event.attribute='value', with AND between"
                          + " them")));
    }
    if (conditions.size() > CONDITIONS_MAX) {
      throw new RpcException(
          Kind.INVALID_PARAMS, "parameter \"query\": at most " + CONDITIONS_MAX + " conditions");
    }
    return new TransactionQuery(conditions);
  }

  private static Optional<Condition> condition(String text) {
    Matcher hash = HASH.matcher(text);
    if (hash.matches()) {
      return Optional.of(new ByHash(Digest32.ofHex(hash.group(1).toLowerCase(Locale.ROOT))));
    }
    Matcher height = HEIGHT.matcher(text);
    if (height.matches()) {
      return Optional.of(ByHeight.of(height.group(1), Long.parseLong(height.group(2))));
    }
    Matcher attribute = ATTRIBUTE.matcher(text);
    if (attribute.matches() && !attribute.group(1).equals("tx") || isFee(attribute)) {
      return Optional.of(
          new ByEvent(
              attribute.group(1), new TxEvent.Attribute(attribute.group(2), attribute.group(3))));
    }
    return Optional.empty();
  }

  /** The event {@code tx} has other attributes than hash and height, which are no event's. */
  private static boolean isFee(Matcher attribute) {
    return attribute.matches() && attribute.group(2).startsWith("fee");
  }

  boolean holds(IncludedTransaction transaction) {
    return conditions.stream().allMatch(condition -> condition.holds(transaction));
  }
}
