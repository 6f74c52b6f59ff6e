package exacta.ledger;

import exacta.primitives.Height;

/**
 * The answer to a query.
 *
 * @param code 0 if there is one; else the log says why not
 * @param value an encoded response message
 * @param height of the state that was read
 */
public record QueryResult(int code, String codespace, String log, byte[] value, Height height) {}
