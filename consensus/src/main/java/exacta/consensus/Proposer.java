package exacta.consensus;

import exacta.primitives.Clock;

/**
 * The one who makes all blocks of the embedded mode.
 *
 * @param consensusKey ed25519 public key, 32 bytes: the validator that clients are shown. Nothing
 *     is signed with it, since nobody else votes
 * @param clock for the times of blocks, which rise strictly whatever the clock does
 */
public record Proposer(byte[] consensusKey, ProposerSecrets secrets, Clock clock) {
  public static final int KEY_BYTES = 32;

  public Proposer {
    if (consensusKey.length != KEY_BYTES) {
      throw new IllegalArgumentException("an ed25519 key has 32 bytes, not " + consensusKey.length);
    }
    consensusKey = consensusKey.clone();
  }
}
