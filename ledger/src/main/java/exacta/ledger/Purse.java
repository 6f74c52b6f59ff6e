package exacta.ledger;

/** Where money lies. Every ngonka lies in exactly one. */
enum Purse {
  BALANCES,
  HOST_DEPOSITS,
  COLLATERAL,
  SESSIONS,
  HELD,
  DISPUTES,
  COMMUNITY_FUND,
  TRAINING_FUND
}
