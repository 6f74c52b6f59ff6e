package exacta.node;

import exacta.consensus.AppState;
import exacta.primitives.ExactaException;
import exacta.protocol.v1.Genesis;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Our genesis as the genesis file of CometBFT, and back. Spec: abci.md#genesis. */
final class CometGenesis {
  private static final long EVIDENCE_BYTES_MAX = 1 << 20;

  private CometGenesis() {}

  /** Without validators: CometBFT learns them from the ledger. */
  static ObjectNode of(Genesis genesis) {
    ObjectNode file =
        JsonMapper.shared()
            .createObjectNode()
            .put("genesis_time", Instant.ofEpochMilli(genesis.getTimeMillis()).toString())
            .put("chain_id", genesis.getChainId())
            .put("initial_height", "1");
    ObjectNode parameters = file.putObject("consensus_params");
    parameters
        .putObject("block")
        .put("max_bytes", Long.toString(genesis.getParameters().getBlockBytesMax()))
        .put("max_gas", "-1");
    parameters
        .putObject("evidence")
        .put("max_age_num_blocks", "100000")
        .put("max_age_duration", "172800000000000")
        .put("max_bytes", Long.toString(EVIDENCE_BYTES_MAX));
    parameters.putObject("validator").putArray("pub_key_types").add("ed25519");
    parameters.putObject("version").put("app", "1");
    parameters.putObject("abci").put("vote_extensions_enable_height", "0");
    file.put("app_hash", "").set("app_state", AppState.toJson(genesis));
    return file;
  }

  /**
   * Reads such a file.
   *
   * @throws ExactaException (fatal) that says what is wrong with it
   */
  static Genesis parse(byte[] bytes) {
    try {
      JsonNode file = JsonMapper.shared().readTree(bytes);
      String chainId = file.path("chain_id").asString("");
      long millis = Instant.parse(file.path("genesis_time").asString("")).toEpochMilli();
      byte[] state = file.path("app_state").toString().getBytes(StandardCharsets.UTF_8);
      return AppState.parse(state, chainId, millis);
    } catch (JacksonException e) {
      throw ExactaException.fatal("the genesis file is no JSON: " + e.getOriginalMessage());
    } catch (DateTimeException e) {
      throw ExactaException.fatal("the genesis file: genesis_time is no time: " + e.getMessage());
    }
  }
}
