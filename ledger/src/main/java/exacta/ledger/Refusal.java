package exacta.ledger;

/**
 * Why a transaction or a query was refused. Codes are stable: they are part of what every node must
 * agree on, and clients switch on them. Codespace {@code sdk} holds the codes that wallets of the
 * Cosmos ecosystem know, {@code exacta} our own. Spec: ledger.md#codes.
 */
public enum Refusal {
  MALFORMED("sdk", 2),
  UNAUTHORIZED("sdk", 4),
  INSUFFICIENT_FUNDS("sdk", 5),
  UNKNOWN_QUERY("sdk", 6),
  INVALID_ADDRESS("sdk", 7),
  UNKNOWN_ACCOUNT("sdk", 9),
  INVALID_COINS("sdk", 10),
  /** The gas limit is less than what the transaction costs. */
  OUT_OF_GAS("sdk", 11),
  INSUFFICIENT_FEE("sdk", 13),
  INVALID_REQUEST("sdk", 18),
  /** Said by pools, not by the ledger. */
  TX_IN_MEMPOOL_CACHE("sdk", 19),
  MEMPOOL_FULL("sdk", 20),
  NOT_FOUND("sdk", 22),
  TIMEOUT_HEIGHT("sdk", 30),
  WRONG_SEQUENCE("sdk", 32),

  /** A proposer's link is not the next one of its chain, or not a block's first transaction. */
  POOL_LINK("exacta", 1),
  /** The message names a value outside the bounds that the rules state. */
  OUT_OF_BOUNDS("exacta", 2),
  /** Not now: the window for this has not begun or is over. */
  WRONG_TIME("exacta", 3),
  HOST_UNKNOWN("exacta", 4),
  HOST_REGISTERED("exacta", 5),
  /** The last registration of the host has not ended, or it is not in the current plan. */
  HOST_NOT_READY("exacta", 6),
  MODEL_UNKNOWN("exacta", 7),
  MODEL_LISTED("exacta", 8),
  SPRINT_UNKNOWN("exacta", 9),
  /** Done before; each of these counts once. */
  ALREADY_DONE("exacta", 10),
  /** The sender was not given this duty. */
  NOT_ON_DUTY("exacta", 11),
  /** A path does not lead to the root, or what it proves is not there. */
  BAD_PROOF("exacta", 12),
  SESSION_UNKNOWN("exacta", 13),
  SESSION_ENDED("exacta", 14),
  LANE_UNKNOWN("exacta", 15),
  /** A settlement that is not covered by what the developer signed, or exceeds the lane's cap. */
  NOT_COVERED("exacta", 16),
  /** An order or receipt that is not signed by the one it must be, or belongs elsewhere. */
  BAD_ORDER("exacta", 17),
  DISPUTE_UNKNOWN("exacta", 19),
  /** The queue of replays is full. */
  QUEUE_FULL("exacta", 20);

  private final String codespace;
  private final int code;

  Refusal(String codespace, int code) {
    this.codespace = codespace;
    this.code = code;
  }

  public String codespace() {
    return codespace;
  }

  public int code() {
    return code;
  }
}
