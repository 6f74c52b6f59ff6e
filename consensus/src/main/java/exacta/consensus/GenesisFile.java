package exacta.consensus;

import exacta.primitives.Hasher;
import exacta.protocol.v1.Genesis;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** CometBFT's genesis file around ours. Spec: abci.md#genesis. */
public final class GenesisFile {
  private static final int ADDRESS_BYTES = 20;
  private static final long EVIDENCE_BYTES_MAX = 1 << 20;

  private GenesisFile() {}

  /**
   * One that makes blocks from the first one on.
   *
   * @param consensusKey its ed25519 key
   */
  public record Validator(String name, byte[] consensusKey, long power) {}

  /** The file's content. */
  public static ObjectNode of(Genesis genesis, List<Validator> validators) {
    ObjectNode file =
        RpcJson.object()
            .put("genesis_time", Instant.ofEpochMilli(genesis.getTimeMillis()).toString())
            .put("chain_id", genesis.getChainId())
            .put("initial_height", "1");
    putParameters(file.putObject("consensus_params"), genesis.getParameters().getBlockBytesMax());
    ArrayNode set = file.putArray("validators");
    for (Validator each : validators) {
      byte[] address = Arrays.copyOf(Hasher.sha256(each.consensusKey()).toBytes(), ADDRESS_BYTES);
      ObjectNode validator = set.addObject().put("address", RpcJson.hex(address));
      validator
          .putObject("pub_key")
          .put("type", "tendermint/PubKeyEd25519")
          .put("value", RpcJson.base64(each.consensusKey()));
      validator.put("power", Long.toString(each.power())).put("name", each.name());
    }
    return file.put("app_hash", "").set("app_state", AppState.toJson(genesis));
  }

  /** What CometBFT is to keep to: small blocks, no other keys than ours, no vote extensions. */
  static void putParameters(ObjectNode parameters, long blockBytesMax) {
    parameters
        .putObject("block")
        .put("max_bytes", Long.toString(blockBytesMax))
        .put("max_gas", "-1");
    parameters
        .putObject("evidence")
        .put("max_age_num_blocks", "100000")
        .put("max_age_duration", "172800000000000")
        .put("max_bytes", Long.toString(EVIDENCE_BYTES_MAX));
    parameters.putObject("validator").putArray("pub_key_types").add("ed25519");
    parameters.putObject("version").put("app", Long.toString(CometView.APP_VERSION));
    parameters.putObject("abci").put("vote_extensions_enable_height", "0");
  }
}
