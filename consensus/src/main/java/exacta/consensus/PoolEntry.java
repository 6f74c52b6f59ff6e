package exacta.consensus;

import exacta.primitives.Digest32;
import java.util.Optional;

/** A transaction that waits in the pool. Changed under the pool's lock only. */
final class PoolEntry implements BlockCandidate {
  private final byte[] bytes;
  private final Digest32 hash;
  private final Optional<String> signer;
  private final boolean isDuty;
  private long number;
  private boolean durable;

  /**
   * @param isDuty whether the ledger called it a duty when it came
   */
  PoolEntry(byte[] bytes, Digest32 hash, Optional<String> signer, boolean isDuty) {
    this.bytes = bytes;
    this.hash = hash;
    this.signer = signer;
    this.isDuty = isDuty;
  }

  /** The number of its arrival, once it is in the pool. */
  long number() {
    return number;
  }

  void setNumber(long ofArrival) {
    number = ofArrival;
  }

  byte[] bytes() {
    return bytes;
  }

  Digest32 hash() {
    return hash;
  }

  @Override
  public long blockBytes() {
    return bytes.length;
  }

  @Override
  public Optional<String> signer() {
    return signer;
  }

  @Override
  public boolean isDuty() {
    return isDuty;
  }

  boolean isDurable() {
    return durable;
  }

  void setDurable(boolean isOnDisk) {
    durable = isOnDisk;
  }
}
