package exacta.consensus;

import exacta.primitives.Digest32;
import exacta.primitives.Height;
import java.util.Optional;

/**
 * A block without its transactions.
 *
 * @param hash the block's identity, computed like CometBFT's header hash
 * @param previousHash nothing for block 1
 * @param stateBefore the state's root that the block builds on: the header's app hash
 * @param stateAfter the root after it, which the next header names
 * @param previousResultsHash of the results of the block before
 */
public record BlockHeader(
    Height height,
    long timeMillis,
    Digest32 hash,
    Optional<Digest32> previousHash,
    Digest32 stateBefore,
    Digest32 stateAfter,
    Digest32 previousResultsHash,
    int transactionCount) {}
