package exacta.acceptance;

import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Calls of the RPC as wallets make them, whichever way they are sent. */
final class FuzzCalls {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final List<String> METHODS =
      List.of(
          "health",
          "status",
          "net_info",
          "abci_info",
          "abci_query",
          "broadcast_tx_sync",
          "broadcast_tx_async",
          "tx",
          "tx_search",
          "block",
          "header",
          "commit",
          "block_results",
          "blockchain",
          "consensus_params",
          "validators",
          "num_unconfirmed_txs",
          "genesis",
          "check_tx");

  private final Random random;
  private final Mutation mutation;
  private final FuzzMessages messages;
  private final long[] sequences = new long[FuzzWorld.PEOPLE.size()];

  FuzzCalls(Random random, Mutation mutation) {
    this.random = random;
    this.mutation = mutation;
    this.messages = new FuzzMessages(random);
  }

  ObjectNode any() {
    String method = messages.any(METHODS);
    ObjectNode call = of(method);
    ObjectNode params = call.putObject("params");
    switch (method) {
      case "abci_query" ->
          params
              .put("path", messages.path())
              .put("data", HexFormat.of().formatHex(messages.question()))
              .put("prove", random.nextInt(8) == 0);
      case "broadcast_tx_sync", "broadcast_tx_async", "check_tx" ->
          params.put("tx", base64(transaction()));
      case "tx" -> params.put("hash", base64(FuzzWorld.MODEL.toBytes()));
      case "tx_search" ->
          params
              .put("query", searched())
              .put("page", "1")
              .put("per_page", Integer.toString(random.nextInt(200)))
              .put("order_by", random.nextBoolean() ? "asc" : "desc");
      case "block", "header", "commit", "block_results", "consensus_params", "validators" ->
          params.put("height", Integer.toString(random.nextInt(20)));
      case "blockchain" -> params.put("minHeight", "1").put("maxHeight", "20");
      default -> {}
    }
    return call;
  }

  /** A call without parameters. */
  ObjectNode of(String method) {
    return JSON.createObjectNode()
        .put("jsonrpc", "2.0")
        .put("id", random.nextInt())
        .put("method", method);
  }

  String searched() {
    String address = messages.any(FuzzWorld.PEOPLE).address().toString();
    return switch (random.nextInt(3)) {
      case 0 -> "transfer.recipient='" + address + "' AND tx.height>=" + random.nextInt(50);
      case 1 -> "tx.height=" + random.nextInt(50);
      default -> "tx.hash='" + FuzzWorld.MODEL.toString().toUpperCase(Locale.ROOT) + "'";
    };
  }

  /** Most are damaged. */
  byte[] transaction() {
    byte[] valid = messages.transaction(sequences);
    return random.nextInt(4) == 0 ? valid : mutation.ofBytes(valid, valid);
  }

  static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
