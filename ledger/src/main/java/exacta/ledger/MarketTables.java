package exacta.ledger;

/** The tables of sessions, settlements and audits of receipts. Spec: market.md#state. */
final class MarketTables {
  MarketTables(StateStore store) {}
}
