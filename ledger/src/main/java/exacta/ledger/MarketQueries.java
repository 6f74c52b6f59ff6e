package exacta.ledger;

/** Answers about sessions, audits of receipts and disputes. Spec: market.md#queries. */
final class MarketQueries {
  /** What a query comes to: a message, or why not. */
  static Queries.Answer answer(LedgerState state, String path, byte[] data) {
    return Queries.refused(Refusal.UNKNOWN_QUERY, "unknown query path " + path);
  }

  private MarketQueries() {}
}
