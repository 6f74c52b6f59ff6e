package exacta.ledger;

import exacta.primitives.Hasher;
import java.util.Arrays;
import java.util.HexFormat;

/** A validator's name in CometBFT: the first 20 bytes of SHA-256 of its consensus key. */
public final class ConsensusAddress implements Comparable<ConsensusAddress> {
  public static final int BYTES = 20;

  private final byte[] bytes;

  private ConsensusAddress(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * @throws IllegalArgumentException unless there are 20 bytes
   */
  public static ConsensusAddress of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("a validator's address has 20 bytes");
    }
    return new ConsensusAddress(bytes.clone());
  }

  /** That of an ed25519 public key. */
  public static ConsensusAddress ofKey(byte[] publicKey) {
    return new ConsensusAddress(Arrays.copyOf(Hasher.sha256(publicKey).toBytes(), BYTES));
  }

  public byte[] toBytes() {
    return bytes.clone();
  }

  @Override
  public int compareTo(ConsensusAddress other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ConsensusAddress that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** Upper-case hex, as CometBFT writes it. */
  @Override
  public String toString() {
    return HexFormat.of().withUpperCase().formatHex(bytes);
  }
}
