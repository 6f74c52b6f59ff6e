package exacta.consensus;

import exacta.consensus.RpcException.Kind;
import exacta.ledger.TxResult;
import exacta.primitives.Digest32;
import exacta.primitives.Height;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** CometBFT's RPC methods about transactions, over a chain. Safe for several threads. */
final class TransactionMethods {
  private static final Duration COMMIT_WAIT = Duration.ofSeconds(10);

  private final EmbeddedChain chain;

  TransactionMethods(EmbeddedChain chain) {
    this.chain = chain;
  }

  void addTo(RpcMethods methods) {
    methods.add("broadcast_tx_sync", List.of("tx"), this::broadcastSync);
    methods.add("broadcast_tx_async", List.of("tx"), this::broadcastAsync);
    methods.add("broadcast_tx_commit", List.of("tx"), this::broadcastCommit);
    methods.add("check_tx", List.of("tx"), this::check);
    methods.add("num_unconfirmed_txs", List.of(), arguments -> unconfirmed());
    methods.add("tx", List.of("hash", "prove"), this::transaction);
    methods.add(
        "tx_search", List.of("query", "prove", "page", "per_page", "order_by"), this::search);
  }

  /** Says what would become of it, and keeps nothing. */
  private ObjectNode check(RpcArguments arguments) throws RpcException {
    return RpcJson.transactionResult(
        chain.check(RpcArguments.required("tx", arguments.bytes("tx"))));
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

  private ObjectNode broadcastSync(RpcArguments arguments) throws RpcException {
    return RpcJson.broadcast(submit(RpcArguments.required("tx", arguments.bytes("tx"))));
  }

  /** The same, without a word of the check: CometBFT answers before it. */
  private ObjectNode broadcastAsync(RpcArguments arguments) throws RpcException {
    Broadcast.Checked checked = submit(RpcArguments.required("tx", arguments.bytes("tx")));
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
    Broadcast.Checked checked = submit(RpcArguments.required("tx", arguments.bytes("tx")));
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
    Digest32 hash = digest(RpcArguments.required("hash", arguments.bytes("hash")));
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
    TransactionQuery query =
        TransactionQuery.parse(RpcArguments.required("query", arguments.text("query")));
    refuseProof(arguments);
    String order = arguments.text("order_by").orElse("asc");
    if (!order.equals("asc") && !order.equals("desc") && !order.isEmpty()) {
      throw RpcArguments.invalid("order_by", "expected \"asc\" or \"desc\"");
    }
    List<TransactionPlace> found = chain.search(query);
    List<TransactionPlace> ordered = order.equals("desc") ? found.reversed() : found;
    RpcPage page = RpcPage.of(arguments, ordered.size());
    List<IncludedTransaction> shown =
        ordered.subList(page.from(), page.to()).stream()
            .flatMap(place -> chain.transaction(place).stream())
            .toList();
    return RpcJson.transactions(shown, ordered.size());
  }

  private static Digest32 digest(byte[] bytes) throws RpcException {
    if (bytes.length != Digest32.BYTES) {
      throw RpcArguments.invalid("hash", "expected 32 bytes, not " + bytes.length);
    }
    return Digest32.of(bytes);
  }
}
