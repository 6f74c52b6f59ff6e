package exacta.consensus;

import exacta.consensus.RpcException.Kind;
import exacta.ledger.QueryResult;
import exacta.ledger.TxResult;
import exacta.primitives.Digest32;
import exacta.primitives.Height;
import exacta.protocol.QueryPaths;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntSupplier;
import java.util.stream.LongStream;
import tools.jackson.databind.node.ObjectNode;

/** CometBFT's RPC methods that the embedded mode has, over a chain. Safe for several threads. */
final class RpcMethods {
  private static final Duration COMMIT_WAIT = Duration.ofSeconds(10);
  private static final int PER_PAGE = 30;
  private static final int PER_PAGE_MAX = 100;

  /** Answers a call. */
  private interface Handler {
    ObjectNode answer(RpcArguments arguments) throws RpcException;
  }

  /**
   * A method.
   *
   * @param parameters their names, in the order in which an array gives them
   */
  private record Method(List<String> parameters, Handler handler) {}

  private final EmbeddedChain chain;
  private final Map<String, Method> methods = new TreeMap<>();
  private final IntSupplier port;

  RpcMethods(EmbeddedChain chain, IntSupplier port) {
    this.chain = chain;
    this.port = port;
    add("health", List.of(), arguments -> RpcJson.object());
    add("status", List.of(), arguments -> status());
    add("net_info", List.of(), arguments -> netInfo());
    add("abci_info", List.of(), arguments -> RpcJson.abciInfo(chain.status().latest()));
    add("abci_query", List.of("path", "data", "height", "prove"), this::abciQuery);
    add("broadcast_tx_sync", List.of("tx"), this::broadcastSync);
    add("broadcast_tx_async", List.of("tx"), this::broadcastAsync);
    add("broadcast_tx_commit", List.of("tx"), this::broadcastCommit);
    add("tx", List.of("hash", "prove"), this::transaction);
    add("tx_search", List.of("query", "prove", "page", "per_page", "order_by"), this::search);
    add("block", List.of("height"), this::block);
    add("header", List.of("height"), this::header);
    add("commit", List.of("height"), this::commit);
    add("block_results", List.of("height"), this::blockResults);
    add("blockchain", List.of("minHeight", "maxHeight"), this::blockchain);
    add("consensus_params", List.of("height"), this::consensusParams);
    add("validators", List.of("height", "page", "per_page"), this::validators);
    add("num_unconfirmed_txs", List.of(), arguments -> unconfirmed());
  }

  private void add(String name, List<String> parameters, Handler handler) {
    methods.put(name, new Method(parameters, handler));
  }

  Set<String> names() {
    return methods.keySet();
  }

  List<String> parameters(String method) throws RpcException {
    return method(method).parameters();
  }

  private Method method(String name) throws RpcException {
    Method method = methods.get(name);
    if (method == null) {
      throw new RpcException(Kind.METHOD_NOT_FOUND, "the methods are " + methods.keySet());
    }
    return method;
  }

  ObjectNode call(String name, RpcArguments arguments) throws RpcException {
    Method method = method(name);
    for (String given : arguments.names()) {
      if (!method.parameters().contains(given)) {
        throw RpcArguments.invalid(given, "unknown; those of " + name + ": " + method.parameters());
      }
    }
    return method.handler().answer(arguments);
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

  private ObjectNode unconfirmed() {
    ChainStatus status = chain.status();
    String count = Integer.toString(status.poolCount());
    ObjectNode result =
        RpcJson.object()
            .put("n_txs", count)
            .put("total", count)
            .put("total_bytes", Long.toString(status.poolBytes()));
    return result.putNull("txs");
  }

  private ObjectNode abciQuery(RpcArguments arguments) throws RpcException {
    String path = required("path", arguments.text("path"));
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

  private ObjectNode broadcastSync(RpcArguments arguments) throws RpcException {
    return RpcJson.broadcast(submit(required("tx", arguments.bytes("tx"))));
  }

  /** The same, without a word of the check: CometBFT answers before it. */
  private ObjectNode broadcastAsync(RpcArguments arguments) throws RpcException {
    Broadcast.Checked checked = submit(required("tx", arguments.bytes("tx")));
    return RpcJson.broadcast(
        new Broadcast.Checked(checked.hash(), new TxResult(0, "", "", new byte[0])));
  }

  private Broadcast.Checked submit(byte[] transaction) throws RpcException {
    return switch (chain.broadcast(transaction)) {
      case Broadcast.Checked checked -> checked;
      case Broadcast.Duplicate duplicate ->
          throw new RpcException(Kind.INTERNAL_ERROR, "tx already exists in cache");
      case Broadcast.NoRoom noRoom -> throw new RpcException(Kind.INTERNAL_ERROR, noRoom.reason());
    };
  }

  private ObjectNode broadcastCommit(RpcArguments arguments) throws RpcException {
    Broadcast.Checked checked = submit(required("tx", arguments.bytes("tx")));
    ObjectNode result = RpcJson.object();
    result.set("check_tx", RpcJson.transactionResult(checked.result()));
    if (!checked.result().isAccepted()) {
      return result.put("hash", RpcJson.hex(checked.hash())).put("height", "0");
    }
    IncludedTransaction included = awaitInclusion(checked.hash());
    result.set("tx_result", RpcJson.transactionResult(included.result()));
    return result
        .put("hash", RpcJson.hex(checked.hash()))
        .put("height", included.height().toString());
  }

  private IncludedTransaction awaitInclusion(Digest32 hash) throws RpcException {
    long deadline = System.nanoTime() + COMMIT_WAIT.toNanos();
    while (true) {
      Height next = chain.status().latest().height().plus(1);
      Optional<IncludedTransaction> included = chain.transaction(hash);
      if (included.isPresent()) {
        return included.get();
      }
      if (chain.refusal(hash).isPresent()) {
        throw unknown(hash);
      }
      try {
        if (!chain.awaitBlock(next, Duration.ofNanos(deadline - System.nanoTime()))) {
          throw new RpcException(
              Kind.INTERNAL_ERROR, "timed out waiting for tx to be included in a block");
        }
      } catch (InterruptedException e) {
        throw new RpcException(Kind.INTERNAL_ERROR, "the server stops");
      }
    }
  }

  private ObjectNode transaction(RpcArguments arguments) throws RpcException {
    Digest32 hash = digest(required("hash", arguments.bytes("hash")));
    refuseProof(arguments);
    Optional<IncludedTransaction> included = chain.transaction(hash);
    if (included.isEmpty() || isRefusedSince(included.get())) {
      throw unknown(hash);
    }
    return RpcJson.transaction(included.get());
  }

  /** Whether the same bytes, having failed in that block, were accepted again and given up. */
  private boolean isRefusedSince(IncludedTransaction included) {
    return chain
        .refusal(included.hash())
        .map(refused -> refused.height().value() > included.height().value())
        .orElse(false);
  }

  private static void refuseProof(RpcArguments arguments) throws RpcException {
    if (arguments.flag("prove").orElse(false)) {
      throw RpcArguments.invalid("prove", "this chain gives no proofs yet");
    }
  }

  /** Not found; and the reason, if the pool accepted it once and had to give it up. */
  private RpcException unknown(Digest32 hash) {
    String reason =
        chain
            .refusal(hash)
            .map(refused ->
                ": it left the pool at height %s with code %d (%s): %s"
                    .formatted(
                        refused.height(),
                        refused.result().code(),
                        refused.result().codespace(),
                        refused.result().log()))
            .orElse("");
    return new RpcException(
        Kind.INTERNAL_ERROR, "tx (" + RpcJson.hex(hash) + ") not found" + reason);
  }

  private ObjectNode search(RpcArguments arguments) throws RpcException {
    TransactionQuery query = TransactionQuery.parse(required("query", arguments.text("query")));
    refuseProof(arguments);
    String order = arguments.text("order_by").orElse("asc");
    if (!order.equals("asc") && !order.equals("desc") && !order.isEmpty()) {
      throw RpcArguments.invalid("order_by", "expected \"asc\" or \"desc\"");
    }
    List<IncludedTransaction> found = new TransactionSearch(chain).find(query);
    List<IncludedTransaction> ordered = order.equals("desc") ? found.reversed() : found;
    Page page = page(arguments, ordered.size());
    return RpcJson.transactions(ordered.subList(page.from(), page.to()), ordered.size());
  }

  /** Indices of the entries on a page, the second one excluded. */
  private record Page(int from, int to) {}

  private static Page page(RpcArguments arguments, int count) throws RpcException {
    long perPage = arguments.integer("per_page").orElse((long) PER_PAGE);
    int size = perPage < 1 ? PER_PAGE : (int) Math.min(perPage, PER_PAGE_MAX);
    int pages = Math.max(1, (count + size - 1) / size);
    long page = arguments.integer("page").orElse(1L);
    if (page < 1 || page > pages) {
      throw RpcArguments.invalid("page", "expected 1 to " + pages);
    }
    int from = (int) (page - 1) * size;
    return new Page(from, Math.min(count, from + size));
  }

  private ObjectNode block(RpcArguments arguments) throws RpcException {
    Height height = height(arguments);
    CommittedBlock block = chain.block(height).orElseThrow();
    return RpcJson.block(chain.comet(), block);
  }

  private CommittedBlock given(RpcArguments arguments) throws RpcException {
    return chain.block(height(arguments)).orElseThrow();
  }

  private ObjectNode header(RpcArguments arguments) throws RpcException {
    return RpcBlocks.header(chain.comet(), given(arguments));
  }

  private ObjectNode commit(RpcArguments arguments) throws RpcException {
    return RpcBlocks.commit(chain.comet(), given(arguments));
  }

  private ObjectNode blockResults(RpcArguments arguments) throws RpcException {
    return RpcBlocks.results(given(arguments));
  }

  private ObjectNode consensusParams(RpcArguments arguments) throws RpcException {
    return RpcBlocks.parameters(chain.comet(), height(arguments));
  }

  /** The newest first, and not more than CometBFT gives at once. */
  private ObjectNode blockchain(RpcArguments arguments) throws RpcException {
    long latest = chain.status().latest().height().value();
    long most = arguments.integer("maxHeight").filter(h -> h > 0).orElse(latest);
    long last = Math.min(most, latest);
    long least = arguments.integer("minHeight").orElse(1L);
    long first = Math.max(Math.max(1, least), last - RpcBlocks.METAS_MAX + 1);
    if (first > last) {
      throw new RpcException(
          Kind.INTERNAL_ERROR,
          "min height %d can't be greater than max height %d".formatted(first, last));
    }
    List<CommittedBlock> blocks =
        LongStream.rangeClosed(first, last)
            .mapToObj(height -> chain.block(new Height(height)).orElseThrow())
            .toList()
            .reversed();
    return RpcBlocks.metas(chain.comet(), latest, blocks);
  }

  private ObjectNode validators(RpcArguments arguments) throws RpcException {
    Page page = page(arguments, 1);
    return RpcJson.validators(chain.comet(), height(arguments), page.to() > page.from());
  }

  /** The height that was given, or the newest. */
  private Height height(RpcArguments arguments) throws RpcException {
    Height latest = chain.status().latest().height();
    Optional<Long> given = arguments.integer("height");
    if (given.isEmpty()) {
      return latest;
    }
    long height = given.get();
    if (height < 1) {
      throw new RpcException(
          Kind.INTERNAL_ERROR, "height must be greater than 0, but got " + height);
    }
    if (height > latest.value()) {
      throw new RpcException(
          Kind.INTERNAL_ERROR,
          "height %d must be less than or equal to the current blockchain height %s"
              .formatted(height, latest));
    }
    return new Height(height);
  }

  private static Digest32 digest(byte[] bytes) throws RpcException {
    if (bytes.length != Digest32.BYTES) {
      throw RpcArguments.invalid("hash", "expected 32 bytes, not " + bytes.length);
    }
    return Digest32.of(bytes);
  }

  private static <T> T required(String name, Optional<T> value) throws RpcException {
    if (value.isEmpty()) {
      throw RpcArguments.invalid(name, "is missing");
    }
    return value.get();
  }
}
