package exacta.consensus;

import exacta.primitives.Height;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The answers of CometBFT's RPC about blocks. */
final class RpcBlocks {
  /** Of one answer. */
  static final int METAS_MAX = 20;

  private RpcBlocks() {}

  static ObjectNode header(CometView comet, CommittedBlock block) {
    ObjectNode result = RpcJson.object();
    RpcJson.putHeader(result.putObject("header"), comet.header(block), block.header());
    return result;
  }

  /** There is one validator, and nobody signs. */
  static ObjectNode commit(CometView comet, CommittedBlock block) {
    ObjectNode result = RpcJson.object();
    ObjectNode signed = result.putObject("signed_header");
    RpcJson.putHeader(signed.putObject("header"), comet.header(block), block.header());
    ObjectNode commit =
        signed
            .putObject("commit")
            .put("height", block.header().height().toString())
            .put("round", 0);
    RpcJson.putBlockId(commit.putObject("block_id"), Optional.of(block.header().hash()));
    commit.putArray("signatures");
    return result.put("canonical", true);
  }

  static ObjectNode results(CommittedBlock block) {
    ObjectNode result = RpcJson.object().put("height", block.header().height().toString());
    ArrayNode list = result.putArray("txs_results");
    block.results().forEach(each -> list.add(RpcJson.transactionResult(each)));
    result.putArray("finalize_block_events");
    result.putNull("validator_updates").putNull("consensus_param_updates");
    return result.put("app_hash", RpcJson.base64(block.header().stateAfter().toBytes()));
  }

  static ObjectNode metas(CometView comet, long latest, List<CommittedBlock> blocks) {
    ObjectNode result = RpcJson.object().put("last_height", Long.toString(latest));
    ArrayNode metas = result.putArray("block_metas");
    for (CommittedBlock block : blocks) {
      ObjectNode meta = metas.addObject();
      RpcJson.putBlockId(meta.putObject("block_id"), Optional.of(block.header().hash()));
      long bytes = block.transactions().stream().mapToLong(each -> each.length).sum();
      meta.put("block_size", Long.toString(bytes));
      RpcJson.putHeader(meta.putObject("header"), comet.header(block), block.header());
      meta.put("num_txs", Integer.toString(block.transactions().size()));
    }
    return result;
  }

  static ObjectNode parameters(CometView comet, Height height) {
    ObjectNode result = RpcJson.object().put("block_height", height.toString());
    GenesisFile.putParameters(result.putObject("consensus_params"), comet.blockBytesMax());
    return result;
  }
}
