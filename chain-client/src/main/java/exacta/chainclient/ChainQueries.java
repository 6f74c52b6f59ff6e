package exacta.chainclient;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import exacta.primitives.ExactaException;
import exacta.primitives.StateProof;
import exacta.protocol.QueryPaths;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Queries of the chain's newest state, protobuf in and out. */
final class ChainQueries {
  /** Codes of the codespace {@code sdk} for things that are not there: account, key. */
  private static final int UNKNOWN_ACCOUNT = 9;

  private static final int NOT_FOUND = 22;

  private final RpcConnection rpc;

  ChainQueries(RpcConnection rpc) {
    this.rpc = rpc;
  }

  /** The answer; empty if the chain says that there is no such thing. */
  <T extends Message> Optional<T> find(String path, Message request, Parser<T> parser) {
    JsonNode response = response(path, request);
    int code = response.path("code").asInt(0);
    if (code != 0) {
      String log = RpcConnection.text(response, "log");
      if (isNotFound(code, RpcConnection.text(response, "codespace"), log)) {
        return Optional.empty();
      }
      throw failed(path, "code %d: %s".formatted(code, RpcConnection.shown(log)));
    }
    try {
      byte[] value = Base64.getDecoder().decode(RpcConnection.text(response, "value"));
      return Optional.of(parser.parseFrom(value));
    } catch (IllegalArgumentException | InvalidProtocolBufferException e) {
      throw failed(path, "the answer cannot be read: " + e.getMessage());
    }
  }

  /** The answer to a query that always has one. */
  <T extends Message> T get(String path, Message request, Parser<T> parser) {
    return find(path, request, parser).orElseThrow(() -> failed(path, "there is no such thing"));
  }

  /** What the state holds under a key, with its proof, which is not looked at here. */
  StateEntry entry(byte[] key) {
    JsonNode response = response(QueryPaths.STORE, key, true);
    try {
      String value = RpcConnection.text(response, "value");
      byte[] proof =
          Base64.getDecoder()
              .decode(RpcConnection.text(response.path("proofOps").path("ops").path(0), "data"));
      return new StateEntry(
          key,
          value.isEmpty() ? Optional.empty() : Optional.of(Base64.getDecoder().decode(value)),
          StateProof.parse(proof)
              .orElseThrow(() -> failed(QueryPaths.STORE, "the answer has no proof")),
          Long.parseLong(RpcConnection.text(response, "height")));
    } catch (IllegalArgumentException e) {
      throw failed(QueryPaths.STORE, "the answer cannot be read: " + e.getMessage());
    }
  }

  private JsonNode response(String path, Message request) {
    return response(path, request.toByteArray(), false);
  }

  private JsonNode response(String path, byte[] data, boolean prove) {
    ObjectNode parameters =
        rpc.parameters()
            .put("path", path)
            .put("data", HexFormat.of().formatHex(data))
            .put("prove", prove);
    try {
      JsonNode result = rpc.call("abci_query", parameters);
      return result
          .optional("response")
          .filter(JsonNode::isObject)
          .orElseThrow(() -> failed(path, "the answer has no response"));
    } catch (RpcErrorException e) {
      throw failed(path, e.getMessage());
    }
  }

  private static boolean isNotFound(int code, String codespace, String log) {
    return codespace.equals("sdk") && (code == NOT_FOUND || code == UNKNOWN_ACCOUNT)
        || log.contains("rpc error: code = NotFound");
  }

  private ExactaException failed(String path, String problem) {
    return ExactaException.error(
        "the chain at %s does not answer the query %s: %s"
            .formatted(rpc.settings().rpc(), path, problem));
  }
}
