/**
 * The state machine: a function of state and block.
 *
 * <p>Start reading at {@link exacta.ledger.Ledger}. {@code Transactions} admits a transaction and
 * leads its messages over {@code Rules} to the class of their family; {@code BlockEnd} does, in a
 * fixed order, what happens by itself. All of them read and write {@code LedgerState}, tables over
 * the {@link exacta.ledger.StateStore}; money moves through {@code Bank} only. When things happen
 * says {@code Timetable}, what bounds them {@code Limits}. The market (sessions, settlements,
 * audits of receipts, disputes) has its own tables in {@code MarketTables}, its own hooks in {@code
 * MarketPhases}, {@code MarketQueries} and {@code MarketSums}. Spec: ledger.md, market.md,
 * timetable.md.
 *
 * <p>This room knows no engine, socket, clock, disk or thread, and no floating point.
 */
package exacta.ledger;
