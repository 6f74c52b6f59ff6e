package exacta.consensus;

import java.util.List;

/** The columns that consensus keeps beside the state. Spec: state.md#columns. */
final class Columns {
  /** "genesis" -> the genesis of this chain. */
  static final String CHAIN = "chain";

  /** Height -> header. */
  static final String HEADERS = "headers";

  /** Height and index -> transaction with result. */
  static final String TRANSACTIONS = "transactions";

  /** Hash -> height and index. */
  static final String PLACES = "places";

  /** Number of arrival -> transaction that waits. */
  static final String PENDING = "pending";

  /** Hash -> why it left the pool. */
  static final String REFUSALS = "refusals";

  static final List<String> ALL = List.of(CHAIN, HEADERS, TRANSACTIONS, PLACES, PENDING, REFUSALS);

  private Columns() {}
}
