package exacta.consensus;

import exacta.ledger.TxEvent;
import exacta.ledger.TxResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a block has to say to subscribers, in the terms of CometBFT.
 *
 * @param attributes by which queries choose it
 * @param value its content, written only if somebody wants it
 */
record ChainEvent(String kind, Map<String, List<String>> attributes, Supplier<ObjectNode> value) {
  private static final String KIND = "tm.event";

  /** Those of a block, in the order in which CometBFT tells them. */
  static List<ChainEvent> of(CometView comet, CommittedBlock block) {
    List<ChainEvent> events = new ArrayList<>();
    events.add(plain("NewBlock", () -> newBlock(comet, block)));
    events.add(plain("NewBlockHeader", () -> RpcBlocks.header(comet, block)));
    events.add(plain("NewBlockEvents", () -> newBlockEvents(block)));
    block.included().forEach(included -> events.add(transaction(included)));
    return events;
  }

  private static ChainEvent plain(String kind, Supplier<ObjectNode> value) {
    return new ChainEvent(kind, Map.of(KIND, List.of(kind)), value);
  }

  private static ObjectNode newBlock(CometView comet, CommittedBlock block) {
    ObjectNode whole = RpcJson.block(comet, block);
    ObjectNode value = RpcJson.object();
    value.set("block", whole.get("block"));
    value.set("block_id", whole.get("block_id"));
    ObjectNode results = value.putObject("result_finalize_block");
    ArrayNode list = results.putArray("tx_results");
    block.results().forEach(result -> list.add(RpcJson.transactionResult(result)));
    results.putArray("validator_updates");
    results.put("app_hash", RpcJson.base64(block.header().stateAfter().toBytes()));
    return value;
  }

  private static ObjectNode newBlockEvents(CommittedBlock block) {
    return RpcJson.object()
        .put("height", block.header().height().toString())
        .putNull("events")
        .put("num_txs", Integer.toString(block.transactions().size()));
  }

  private static ChainEvent transaction(IncludedTransaction included) {
    Map<String, List<String>> attributes = new TreeMap<>();
    attributes.put(KIND, List.of("Tx"));
    attributes.put("tx.hash", List.of(RpcJson.hex(included.hash())));
    attributes.put("tx.height", List.of(included.height().toString()));
    for (TxEvent event : included.result().events()) {
      for (TxEvent.Attribute attribute : event.attributes()) {
        attributes
            .computeIfAbsent(event.type() + "." + attribute.key(), key -> new ArrayList<>())
            .add(attribute.value());
      }
    }
    return new ChainEvent("Tx", attributes, () -> value(included));
  }

  /** What is zero or empty is not there: so CometBFT writes this one, and no other. */
  private static ObjectNode value(IncludedTransaction included) {
    ObjectNode value = RpcJson.object();
    ObjectNode transaction =
        value.putObject("TxResult").put("height", included.height().toString());
    if (included.index() != 0) {
      transaction.put("index", included.index());
    }
    transaction.put("tx", RpcJson.base64(included.bytes()));
    TxResult result = included.result();
    ObjectNode body = transaction.putObject("result");
    if (result.code() != 0) {
      body.put("code", result.code());
    }
    if (result.data().length > 0) {
      body.put("data", RpcJson.base64(result.data()));
    }
    putText(body, "log", result.log());
    putNumber(body, "gas_wanted", result.gasWanted());
    putNumber(body, "gas_used", result.gasUsed());
    if (!result.events().isEmpty()) {
      RpcJson.putEvents(body.putArray("events"), result.events());
    }
    putText(body, "codespace", result.codespace());
    return value;
  }

  private static void putText(ObjectNode node, String name, String text) {
    if (!text.isEmpty()) {
      node.put(name, text);
    }
  }

  private static void putNumber(ObjectNode node, String name, long number) {
    if (number != 0) {
      node.put(name, Long.toString(number));
    }
  }

  /** As a subscriber is told. */
  ObjectNode toJson(String query) {
    ObjectNode result = RpcJson.object().put("query", query);
    result.putObject("data").put("type", "tendermint/event/" + kind).set("value", value.get());
    ObjectNode all = result.putObject("events");
    attributes.forEach((key, values) -> {
      ArrayNode list = all.putArray(key);
      values.forEach(list::add);
    });
    return result;
  }
}
