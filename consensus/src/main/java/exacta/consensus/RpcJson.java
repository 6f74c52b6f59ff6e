package exacta.consensus;

import exacta.ledger.QueryResult;
import exacta.ledger.TxEvent;
import exacta.ledger.TxResult;
import exacta.primitives.Digest32;
import exacta.primitives.Height;
import exacta.protocol.CometHeader;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The answers of CometBFT's RPC as JSON: 64-bit integers as strings, bytes as base64, hashes and
 * addresses as upper-case hex, times in RFC 3339 with nanoseconds.
 */
final class RpcJson {
  static final JsonMapper MAPPER = JsonMapper.builder().build();

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSS'Z'").withZone(ZoneOffset.UTC);

  private RpcJson() {}

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  static String hex(byte[] bytes) {
    return HexFormat.of().withUpperCase().formatHex(bytes);
  }

  static String hex(Digest32 digest) {
    return hex(digest.toBytes());
  }

  static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  static String time(long millis) {
    return TIME.format(Instant.ofEpochMilli(millis));
  }

  /** Base64, or null where there are no bytes: so Go writes an empty slice. */
  private static void putBytes(ObjectNode node, String name, byte[] bytes) {
    if (bytes.length == 0) {
      node.putNull(name);
    } else {
      node.put(name, base64(bytes));
    }
  }

  static ObjectNode status(CometView comet, ChainStatus status, BlockHeader first, int port) {
    ObjectNode result = object();
    ObjectNode node = result.putObject("node_info");
    node.putObject("protocol_version")
        .put("p2p", "8")
        .put("block", Long.toString(CometView.BLOCK_PROTOCOL))
        .put("app", Long.toString(CometView.APP_VERSION));
    node.put("id", hex(comet.validatorAddress()).toLowerCase(Locale.ROOT))
        .put("listen_addr", "tcp://127.0.0.1:0")
        .put("network", comet.chainId())
        .put("version", CometView.VERSION)
        .put("channels", "")
        .put("moniker", "exacta-embedded");
    node.putObject("other").put("tx_index", "on").put("rpc_address", "tcp://127.0.0.1:" + port);
    BlockHeader latest = status.latest();
    result
        .putObject("sync_info")
        .put("latest_block_hash", hex(latest.hash()))
        .put("latest_app_hash", hex(latest.stateBefore()))
        .put("latest_block_height", latest.height().toString())
        .put("latest_block_time", time(latest.timeMillis()))
        .put("earliest_block_hash", hex(first.hash()))
        .put("earliest_app_hash", hex(first.stateBefore()))
        .put("earliest_block_height", first.height().toString())
        .put("earliest_block_time", time(first.timeMillis()))
        .put("catching_up", false);
    putValidator(result.putObject("validator_info"), comet);
    return result;
  }

  private static ObjectNode putValidator(ObjectNode node, CometView comet) {
    node.put("address", hex(comet.validatorAddress()));
    node.putObject("pub_key")
        .put("type", "tendermint/PubKeyEd25519")
        .put("value", base64(comet.consensusKey()));
    return node.put("voting_power", Long.toString(CometView.VOTING_POWER));
  }

  static ObjectNode validators(CometView comet, Height height, boolean onPage) {
    ObjectNode result = object().put("block_height", height.toString());
    ArrayNode validators = result.putArray("validators");
    if (onPage) {
      putValidator(validators.addObject(), comet).put("proposer_priority", "0");
    }
    return result.put("count", Integer.toString(validators.size())).put("total", "1");
  }

  static ObjectNode abciInfo(BlockHeader latest) {
    ObjectNode result = object();
    result
        .putObject("response")
        .put("data", "exacta")
        .put("version", "0.1.0")
        .put("app_version", Long.toString(CometView.APP_VERSION))
        .put("last_block_height", latest.height().toString())
        .put("last_block_app_hash", base64(latest.stateAfter().toBytes()));
    return result;
  }

  static ObjectNode abciQuery(QueryResult answer) {
    ObjectNode result = object();
    ObjectNode response =
        result
            .putObject("response")
            .put("code", answer.code())
            .put("log", answer.log())
            .put("info", "")
            .put("index", "0");
    response.putNull("key");
    putBytes(response, "value", answer.value());
    response.putNull("proofOps");
    response.put("height", answer.height().toString()).put("codespace", answer.codespace());
    return result;
  }

  /** An entry of the state; what is not there has no value, and a proof all the same. */
  static ObjectNode entry(ProvenEntry entry, boolean prove) {
    ObjectNode result = object();
    ObjectNode response =
        result
            .putObject("response")
            .put("code", 0)
            .put("log", "")
            .put("info", "")
            .put("index", "0");
    putBytes(response, "key", entry.key());
    putBytes(response, "value", entry.value().orElse(new byte[0]));
    if (prove) {
      response
          .putObject("proofOps")
          .putArray("ops")
          .addObject()
          .put("type", ProvenEntry.PROOF_TYPE)
          .put("key", base64(entry.key()))
          .put("data", base64(entry.proof().toBytes()));
    } else {
      response.putNull("proofOps");
    }
    response.put("height", entry.height().toString()).put("codespace", "");
    return result;
  }

  static ObjectNode broadcast(Broadcast.Checked checked) {
    TxResult result = checked.result();
    return object()
        .put("code", result.code())
        .put("data", hex(result.data()))
        .put("log", result.log())
        .put("codespace", result.codespace())
        .put("hash", hex(checked.hash()));
  }

  static ObjectNode transactionResult(TxResult result) {
    ObjectNode node = object().put("code", result.code());
    putBytes(node, "data", result.data());
    node.put("log", result.log())
        .put("info", "")
        .put("gas_wanted", Long.toString(result.gasWanted()))
        .put("gas_used", Long.toString(result.gasUsed()));
    putEvents(node.putArray("events"), result.events());
    return node.put("codespace", result.codespace());
  }

  static void putEvents(ArrayNode list, List<TxEvent> events) {
    for (TxEvent event : events) {
      ArrayNode attributes = list.addObject().put("type", event.type()).putArray("attributes");
      for (TxEvent.Attribute attribute : event.attributes()) {
        attributes
            .addObject()
            .put("key", attribute.key())
            .put("value", attribute.value())
            .put("index", true);
      }
    }
  }

  static ObjectNode transaction(IncludedTransaction included) {
    ObjectNode node =
        object()
            .put("hash", hex(included.hash()))
            .put("height", included.height().toString())
            .put("index", included.index());
    node.set("tx_result", transactionResult(included.result()));
    return node.put("tx", base64(included.bytes()));
  }

  static ObjectNode transactions(List<IncludedTransaction> found, long total) {
    ObjectNode result = object();
    ArrayNode list = result.putArray("txs");
    found.forEach(included -> list.add(transaction(included)));
    return result.put("total_count", Long.toString(total));
  }

  static ObjectNode block(CometView comet, CommittedBlock block) {
    ObjectNode result = object();
    putBlockId(result.putObject("block_id"), Optional.of(block.header().hash()));
    ObjectNode body = result.putObject("block");
    putHeader(body.putObject("header"), comet.header(block), block.header());
    ArrayNode data = body.putObject("data").putArray("txs");
    block.transactions().forEach(bytes -> data.add(base64(bytes)));
    body.putObject("evidence").putArray("evidence");
    ObjectNode commit =
        body.putObject("last_commit")
            .put("height", Long.toString(block.header().height().value() - 1))
            .put("round", 0);
    putBlockId(commit.putObject("block_id"), block.header().previousHash());
    commit.putArray("signatures");
    return result;
  }

  static void putHeader(ObjectNode node, CometHeader header, BlockHeader block) {
    node.putObject("version")
        .put("block", Long.toString(header.version().getBlock()))
        .put("app", Long.toString(header.version().getApp()));
    node.put("chain_id", header.chainId())
        .put("height", header.height().toString())
        .put("time", time(block.timeMillis()));
    putBlockId(node.putObject("last_block_id"), block.previousHash());
    node.put("last_commit_hash", hex(header.lastCommitHash()))
        .put("data_hash", hex(header.dataHash()))
        .put("validators_hash", hex(header.validatorsHash()))
        .put("next_validators_hash", hex(header.nextValidatorsHash()))
        .put("consensus_hash", hex(header.consensusHash()))
        .put("app_hash", hex(header.appHash()))
        .put("last_results_hash", hex(header.lastResultsHash()))
        .put("evidence_hash", hex(header.evidenceHash()))
        .put("proposer_address", hex(header.proposerAddress()));
  }

  static void putBlockId(ObjectNode node, Optional<Digest32> hash) {
    String text = hash.map(RpcJson::hex).orElse("");
    node.put("hash", text)
        .putObject("parts")
        .put("total", hash.isPresent() ? 1 : 0)
        .put("hash", text);
  }
}
