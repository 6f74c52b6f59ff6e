package exacta.consensus;

import exacta.consensus.RpcException.Kind;
import exacta.ledger.QueryResult;
import exacta.primitives.Height;
import exacta.protocol.QueryPaths;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntSupplier;
import tools.jackson.databind.node.ObjectNode;

/** CometBFT's RPC methods about the node and its application. Safe for several threads. */
final class NodeMethods {
  /** Of a genesis, in one answer. */
  private static final int CHUNK_BYTES = 16 << 20;

  private final EmbeddedChain chain;
  private final IntSupplier port;
  private final ObjectNode genesis;
  private final byte[] genesisBytes;

  NodeMethods(EmbeddedChain chain, IntSupplier port) {
    this.chain = chain;
    this.port = port;
    genesis = chain.genesisFile();
    genesisBytes = RpcJson.MAPPER.writeValueAsBytes(genesis);
  }

  void addTo(RpcMethods methods) {
    methods.add("health", List.of(), arguments -> RpcJson.object());
    methods.add("status", List.of(), arguments -> status());
    methods.add("net_info", List.of(), arguments -> netInfo());
    methods.add("genesis", List.of(), arguments -> genesis());
    methods.add("genesis_chunked", List.of("chunk"), this::genesisChunk);
    methods.add("abci_info", List.of(), arguments -> RpcJson.abciInfo(chain.status().latest()));
    methods.add("abci_query", List.of("path", "data", "height", "prove"), this::abciQuery);
  }

  private ObjectNode genesis() throws RpcException {
    if (genesisBytes.length > CHUNK_BYTES) {
      throw new RpcException(
          Kind.INTERNAL_ERROR,
          "genesis response is large, please use the genesis_chunked API instead");
    }
    return RpcJson.object().set("genesis", genesis);
  }

  private ObjectNode genesisChunk(RpcArguments arguments) throws RpcException {
    long chunk = arguments.integer("chunk").orElse(0L);
    int total = (genesisBytes.length + CHUNK_BYTES - 1) / CHUNK_BYTES;
    if (chunk < 0 || chunk >= total) {
      throw new RpcException(
          Kind.INTERNAL_ERROR, "there are %d chunks, %d is invalid".formatted(total, chunk));
    }
    int from = (int) chunk * CHUNK_BYTES;
    int to = Math.min(genesisBytes.length, from + CHUNK_BYTES);
    return RpcJson.object()
        .put("chunk", Long.toString(chunk))
        .put("total", Integer.toString(total))
        .put("data", RpcJson.base64(Arrays.copyOfRange(genesisBytes, from, to)));
  }

  private ObjectNode status() {
    BlockHeader first = chain.block(new Height(1)).orElseThrow().header();
    return RpcJson.status(chain.comet(), chain.status(), first, port.getAsInt());
  }

  private ObjectNode netInfo() {
    ObjectNode result = RpcJson.object().put("listening", false);
    result.putArray("listeners");
    result.put("n_peers", "0").putArray("peers");
    return result;
  }

  private ObjectNode abciQuery(RpcArguments arguments) throws RpcException {
    String path = RpcArguments.required("path", arguments.text("path"));
    byte[] data = arguments.hexBytes("data").orElse(new byte[0]);
    long height = arguments.integer("height").orElse(0L);
    if (path.equals(QueryPaths.STORE)) {
      ProvenEntry entry = chain.entry(data);
      requireNewest(height, entry.height());
      return RpcJson.entry(entry, arguments.flag("prove").orElse(false));
    }
    if (arguments.flag("prove").orElse(false)) {
      throw RpcArguments.invalid(
          "prove", "proofs are of single entries: path " + QueryPaths.STORE + ", data the key");
    }
    QueryResult answer = chain.query(path, data);
    requireNewest(height, answer.height());
    return RpcJson.abciQuery(answer);
  }

  private static void requireNewest(long wanted, Height newest) throws RpcException {
    if (wanted != 0 && wanted != newest.value()) {
      throw RpcArguments.invalid("height", "only the newest state can be queried, now " + newest);
    }
  }
}
