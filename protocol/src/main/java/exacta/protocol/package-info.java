/**
 * The signed things and what they hash to: orders, receipts, lane logs, attestations, transactions;
 * and the schema of everything that is sent ({@code exacta.protocol.v1}, generated).
 *
 * <p>Start reading at {@link exacta.protocol.Orders} and {@link exacta.protocol.Transaction}; the
 * rules are docs/spec/encoding.md and docs/spec/transactions.md. This room does not know who sends
 * anything, nor any state: whether a signature is the right one's, its callers decide.
 */
package exacta.protocol;
