package exacta.chainclient;

import exacta.primitives.Digest32;
import exacta.primitives.ExactaException;
import exacta.protocol.Transaction;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Sending transactions, and what became of them. */
final class ChainTransactions {
  /** CometBFT's text for a transaction that waits already, or took effect. */
  private static final String DUPLICATE = "tx already exists in cache";

  private static final String FULL = "mempool is full";

  /** The same of the codespace {@code sdk}: too much of this account waits. */
  private static final int FULL_CODE = 20;

  private static final String NOT_FOUND = "not found";

  /** How the embedded chain says that it accepted a transaction and had to give it up. */
  private static final Pattern LEFT_THE_POOL =
      Pattern.compile(
          "not found: it left the pool at height (\\d{1,18}) with code (\\d{1,9}) \\(([^)]*)\\):"
              + " (.*)",
          Pattern.DOTALL);

  private final RpcConnection rpc;

  ChainTransactions(RpcConnection rpc) {
    this.rpc = rpc;
  }

  BroadcastAnswer broadcast(byte[] transaction) {
    Digest32 hash = Transaction.hash(transaction);
    ObjectNode parameters =
        rpc.parameters().put("tx", Base64.getEncoder().encodeToString(transaction));
    try {
      JsonNode result = rpc.call("broadcast_tx_sync", parameters);
      if (result.path("code").asInt(0) == 0) {
        return new BroadcastAnswer.Accepted(hash);
      }
      TransactionOutcome outcome = outcome(hash, 0, result);
      return outcome.code() == FULL_CODE && outcome.codespace().equals("sdk")
          ? new BroadcastAnswer.Full(hash, outcome.log())
          : new BroadcastAnswer.Refused(outcome);
    } catch (RpcErrorException e) {
      if (e.getMessage().contains(DUPLICATE)) {
        return new BroadcastAnswer.Accepted(hash);
      }
      if (e.getMessage().contains(FULL)) {
        return new BroadcastAnswer.Full(hash, e.getMessage());
      }
      throw ExactaException.error(
          "the chain at %s does not take the transaction %s: %s"
              .formatted(rpc.settings().rpc(), hash, e.getMessage()));
    }
  }

  Optional<TransactionOutcome> find(Digest32 hash) {
    ObjectNode parameters =
        rpc.parameters().put("hash", Base64.getEncoder().encodeToString(hash.toBytes()));
    try {
      JsonNode result = rpc.call("tx", parameters);
      return Optional.of(outcome(hash, integer(result, "height", "tx"), result.path("tx_result")));
    } catch (RpcErrorException e) {
      Matcher left = LEFT_THE_POOL.matcher(e.getMessage());
      if (left.find()) {
        return Optional.of(
            new TransactionOutcome(
                hash,
                Long.parseLong(left.group(1)),
                Integer.parseInt(left.group(2)),
                left.group(3),
                left.group(4),
                new byte[0]));
      }
      if (e.getMessage().contains(NOT_FOUND)) {
        return Optional.empty();
      }
      throw ExactaException.error(
          "the chain at %s does not tell about the transaction %s: %s"
              .formatted(rpc.settings().rpc(), hash, e.getMessage()));
    }
  }

  private static TransactionOutcome outcome(Digest32 hash, long height, JsonNode result) {
    return new TransactionOutcome(
        hash,
        height,
        result.path("code").asInt(0),
        RpcConnection.text(result, "codespace"),
        RpcConnection.text(result, "log"),
        data(RpcConnection.text(result, "data")));
  }

  private static byte[] data(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }

  long height() {
    try {
      JsonNode result = rpc.call("status", rpc.parameters());
      return integer(result.path("sync_info"), "latest_block_height", "status");
    } catch (RpcErrorException e) {
      throw ExactaException.error(
          "the chain at %s does not tell its height: %s"
              .formatted(rpc.settings().rpc(), e.getMessage()));
    }
  }

  /** The app hash in the header of this height, which there must be. */
  Digest32 appHash(long height) {
    try {
      ObjectNode parameters = rpc.parameters().put("height", Long.toString(height));
      JsonNode header = rpc.call("block", parameters).path("block").path("header");
      return Digest32.ofHex(RpcConnection.text(header, "app_hash").toLowerCase(Locale.ROOT));
    } catch (RpcErrorException | IllegalArgumentException e) {
      throw ExactaException.error(
          "the chain at %s does not tell the app hash of height %d: %s"
              .formatted(rpc.settings().rpc(), height, e.getMessage()));
    }
  }

  /** JSON of CometBFT has 64-bit integers as strings. */
  private long integer(JsonNode node, String field, String method) {
    try {
      return Long.parseLong(RpcConnection.text(node, field));
    } catch (NumberFormatException e) {
      throw ExactaException.error(
          "the answer of %s to %s has no number %s".formatted(rpc.settings().rpc(), method, field));
    }
  }
}
