package exacta.consensus;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** The columns that consensus keeps beside the state. Spec: state.md#columns. */
public final class Columns {
  /** "genesis" -> the genesis of this chain. */
  public static final String CHAIN = "chain";

  /** Height -> header. */
  static final String HEADERS = "headers";

  /** Height and index -> transaction with result. */
  static final String TRANSACTIONS = "transactions";

  /** Hash -> height and index. */
  static final String PLACES = "places";

  /** Hash of an event's attribute and its value, height and index -> nothing. */
  static final String EVENTS = "events";

  /** Number of arrival -> transaction that waits. */
  static final String PENDING = "pending";

  /** Hash -> why it left the pool. */
  static final String REFUSALS = "refusals";

  /** All of them, whoever drives the ledger. */
  public static final List<String> ALL =
      List.of(CHAIN, HEADERS, TRANSACTIONS, PLACES, EVENTS, PENDING, REFUSALS);

  private Columns() {}

  /** Where the genesis stands in its column. */
  public static byte[] genesisKey() {
    return "genesis".getBytes(StandardCharsets.US_ASCII);
  }
}
