package exacta.consensus;

import exacta.primitives.Digest32;
import exacta.primitives.ExactaException;
import exacta.primitives.Height;
import exacta.store.Head;
import java.util.List;
import java.util.Optional;

/** Follows the blocks on disk from the first to the newest. Spec: state.md#blocks. */
final class BlockAudit {
  private final BlockStore blocks;
  private final CometView comet;

  BlockAudit(BlockStore blocks, CometView comet) {
    this.blocks = blocks;
    this.comet = comet;
  }

  /**
   * Every block's hash must be that of what it holds, name the block before and what that one led
   * to; and the newest must lead to the state.
   */
  void verify(Head head) {
    Optional<CommittedBlock> before = Optional.empty();
    for (long height = 1; height <= head.height().value(); height++) {
      long wanted = height;
      CommittedBlock block =
          blocks.block(new Height(height)).orElseThrow(() -> broken(wanted, "it is missing"));
      verify(block, before);
      before = Optional.of(block);
    }
    long newest = head.height().value();
    if (before.isPresent() && !before.get().header().stateAfter().equals(head.root())) {
      throw broken(newest, "the state is not the one it led to");
    }
  }

  private void verify(CommittedBlock block, Optional<CommittedBlock> before) {
    BlockHeader header = block.header();
    long height = header.height().value();
    if (!comet.header(block).hash().equals(header.hash())) {
      throw broken(height, "its hash is not that of its header and transactions");
    }
    Optional<Digest32> previousHash = before.map(b -> b.header().hash());
    if (!header.previousHash().equals(previousHash)) {
      throw broken(height, "it does not name the block before");
    }
    if (before.isPresent() && !before.get().header().stateAfter().equals(header.stateBefore())) {
      throw broken(height, "it begins with another state than the block before led to");
    }
    Digest32 results = CometView.resultsHash(before.map(CommittedBlock::results).orElse(List.of()));
    if (!header.previousResultsHash().equals(results)) {
      throw broken(height, "it names other results than those of the block before");
    }
  }

  private static ExactaException broken(long height, String what) {
    return ExactaException.fatal("block " + height + " is damaged: " + what);
  }
}
