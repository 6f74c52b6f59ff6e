package exacta.gateway;

import exacta.crypto.Address;

/**
 * A lane of our session: the books, and how much the host can earn in it. Safe for several threads.
 */
final class Lane implements AutoCloseable {
  private final Address host;
  private final LaneLedger ledger;

  private volatile long cap;

  Lane(Address host, LaneLedger ledger, long cap) {
    this.host = host;
    this.ledger = ledger;
    this.cap = cap;
  }

  Address host() {
    return host;
  }

  LaneLedger ledger() {
    return ledger;
  }

  long cap() {
    return cap;
  }

  void cap(long newCap) {
    cap = newCap;
  }

  /** ngonka that new orders may still cost. */
  long remaining() {
    return ledger.remaining(cap);
  }

  @Override
  public void close() {
    ledger.close();
  }
}
