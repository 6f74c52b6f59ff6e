package exacta.consensus;

import exacta.ledger.Block;
import exacta.ledger.BlockResult;
import exacta.primitives.Digest32;
import exacta.primitives.ExactaException;
import exacta.primitives.Height;
import exacta.protocol.v1.Genesis;
import exacta.store.Database;
import exacta.store.PreparedState;
import exacta.store.WorkingState;
import exacta.store.Writes;

/**
 * Applies recorded blocks again, from the genesis on, to a state of its own, and compares what each
 * leads to with what it led to when it was made. Spec: state.md#replay.
 */
final class ChainReplay {
  private final BlockStore recorded;
  private final Database fresh;
  private final Application application;

  /**
   * @param fresh an empty database
   */
  ChainReplay(BlockStore recorded, Database fresh, Application application) {
    this.recorded = recorded;
    this.fresh = fresh;
    this.application = application;
  }

  /**
   * Replays all blocks up to this height.
   *
   * @throws ExactaException (fatal) that names the first block that leads elsewhere
   */
  void run(Genesis genesis, Height last) {
    WorkingState first = fresh.begin();
    application.machine().initialize(first, genesis);
    Digest32 root = commit(first, new Height(0));
    for (long number = 1; number <= last.value(); number++) {
      Height height = new Height(number);
      CommittedBlock block =
          recorded.block(height).orElseThrow(() -> differs(height, "it is missing"));
      if (!block.header().stateBefore().equals(root)) {
        throw differs(height, "it began with another state than the blocks before it lead to");
      }
      root = replay(block);
    }
  }

  private Digest32 replay(CommittedBlock block) {
    Height height = block.header().height();
    WorkingState state = fresh.begin();
    BlockResult result =
        application
            .machine()
            .apply(state, new Block(height, block.header().timeMillis(), block.transactions()));
    Digest32 root = commit(state, height);
    if (!root.equals(block.header().stateAfter())) {
      throw differs(
          height, "it led to the state " + block.header().stateAfter() + ", and now to " + root);
    }
    if (!CometView.resultsHash(result.transactions())
        .equals(CometView.resultsHash(block.results()))) {
      throw differs(height, "its transactions have other results now");
    }
    return root;
  }

  private Digest32 commit(WorkingState state, Height height) {
    PreparedState prepared = fresh.prepare(state, height);
    fresh.commit(prepared, new Writes());
    return prepared.root();
  }

  private static ExactaException differs(Height height, String what) {
    return ExactaException.fatal("block " + height + " does not replay: " + what);
  }
}
