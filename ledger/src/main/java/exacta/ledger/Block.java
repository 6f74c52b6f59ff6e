package exacta.ledger;

import exacta.primitives.Height;
import java.util.List;
import java.util.Optional;

/**
 * What consensus decided.
 *
 * @param height one more than the block before
 * @param timeMillis the block's time, milliseconds since 1970
 * @param transactions in order; the proposer's link, if there is one, is the first
 * @param votes which validators signed the block before, as CometBFT tells; empty where nobody
 *     votes
 * @param proposer who proposed it; empty where there is one proposer only
 * @param doubleSigners whose keys signed twice at one height; the same may come again
 */
public record Block(
    Height height,
    long timeMillis,
    List<byte[]> transactions,
    List<Vote> votes,
    Optional<ConsensusAddress> proposer,
    List<ConsensusAddress> doubleSigners) {
  public Block {
    transactions = List.copyOf(transactions);
    votes = List.copyOf(votes);
    doubleSigners = List.copyOf(doubleSigners);
  }

  /** A block of the one proposer of a chain on one machine. */
  public Block(Height height, long timeMillis, List<byte[]> transactions) {
    this(height, timeMillis, transactions, List.of(), Optional.empty(), List.of());
  }

  /**
   * A validator's part in the commit of the block before.
   *
   * @param isPresent whether it voted, were it for nil
   */
  public record Vote(ConsensusAddress validator, boolean isPresent) {}
}
