package exacta.protocol;

import exacta.primitives.Check;

/**
 * How large anything may be that strangers send. What exceeds a bound is malformed. Spec:
 * encoding.md#bounds.
 */
public final class Bounds {
  /** A transaction; a block holds two of them. */
  public static final int TRANSACTION_BYTES_MAX = 1 << 20;

  public static final int MESSAGES_MAX = 256;
  public static final int MEMO_BYTES_MAX = 256;
  public static final int URL_BYTES_MAX = 256;
  public static final int CHAIN_ID_BYTES_MAX = 64;
  public static final int NAME_CHARACTERS_MAX = 64;
  public static final int ASKS_MAX = 64;

  /** Recipients of one message. */
  public static final int OUTPUTS_MAX = 256;

  public static final int LANES_MAX = 256;

  /** Items of one call or fetch, leaves of one answer. */
  public static final int ITEMS_MAX = 1024;

  /** A tree of 2^40 leaves has paths this long. */
  public static final int PATH_MAX = 40;

  /** Earlier orders that an order may name as open; the chain's parameter is at most this. */
  public static final int OPEN_ORDERS_MAX = 1024;

  /** The body of anything that is signed. */
  public static final int SIGNED_BYTES_MAX = 1 << 14;

  /** Prompt, tokens already had and answer of one request together. */
  public static final int TOKENS_MAX = 1 << 22;

  /** ngonka for a million tokens: 1000 GNK. */
  public static final long PRICE_MAX = 1_000_000_000_000L;

  public static final int STOPS_MAX = 16;
  public static final int STOP_BYTES_MAX = 256;

  /** Tokens that a request gives a bias. */
  public static final int BIASES_MAX = 1024;

  /** Of the likeliest tokens that a request wants told for each position. */
  public static final int LIKELIEST_MAX = 20;

  /** Of the schema of an answer, as UTF-8. */
  public static final int SCHEMA_BYTES_MAX = 1 << 16;

  static {
    // A cost is computed in a long: tokens of both kinds at the highest price do not overflow it.
    Check.that(
        PRICE_MAX <= Long.MAX_VALUE / TOKENS_MAX, "the cost of the longest order fits into a long");
    // Ten bytes is the longest varint.
    Check.that(
        10 * OPEN_ORDERS_MAX + 1024 <= SIGNED_BYTES_MAX, "an order with all its open ones fits");
  }

  private Bounds() {}
}
