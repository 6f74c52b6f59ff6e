package exacta.consensus;

import exacta.ledger.Block;
import exacta.ledger.BlockResult;
import exacta.ledger.QueryResult;
import exacta.ledger.StateMachine;
import exacta.ledger.StateStore;
import exacta.ledger.StateView;
import exacta.ledger.TxResult;
import exacta.primitives.Height;
import exacta.protocol.v1.ChainParameters;
import exacta.protocol.v1.Genesis;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A state machine of one kind of transaction, {@code signer|sequence|key|value|lastHeight}, which
 * writes a value; and of links, {@code link|height}, which stand first in a block.
 */
final class TinyMachine implements StateMachine {
  static final int MALFORMED = 2;
  static final int EXPIRED = 30;
  static final int WRONG_SEQUENCE = 32;

  private record Put(String signer, long sequence, String key, String value, long lastHeight) {}

  static final Application APPLICATION = new Application(new TinyMachine(), TinyMachine::signer);

  static Genesis genesis(String chainId) {
    return Genesis.newBuilder()
        .setChainId(chainId)
        .setParameters(ChainParameters.newBuilder().setBlockBytesMax(2 << 20))
        .build();
  }

  static byte[] put(String signer, long sequence, String key, String value) {
    return put(signer, sequence, key, value, Long.MAX_VALUE);
  }

  static byte[] put(String signer, long sequence, String key, String value, long lastHeight) {
    return bytes(String.join("|", signer, "" + sequence, key, value, "" + lastHeight));
  }

  static byte[] link(Height height) {
    return bytes("link|" + height);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  static Optional<String> signer(byte[] transaction) {
    return decode(transaction).map(Put::signer);
  }

  private static Optional<Put> decode(byte[] transaction) {
    String[] parts = text(transaction).split("\\|");
    try {
      return parts.length == 5
          ? Optional.of(
              new Put(
                  parts[0], Long.parseLong(parts[1]), parts[2], parts[3], Long.parseLong(parts[4])))
          : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  @Override
  public void initialize(StateStore store, Genesis genesis) {
    store.put(bytes("chain"), bytes(genesis.getChainId()));
    store.put(bytes("height"), bytes("0"));
  }

  private static long number(StateView state, String key) {
    return state.get(bytes(key)).map(value -> Long.parseLong(text(value))).orElse(0L);
  }

  @Override
  public TxResult check(StateView state, byte[] transaction, int pending) {
    Optional<Put> put = decode(transaction);
    if (put.isEmpty()) {
      return refused(MALFORMED, "not a transaction");
    }
    long expected = number(state, "s/" + put.get().signer()) + pending;
    if (put.get().sequence() != expected) {
      return refused(WRONG_SEQUENCE, "account sequence mismatch, expected " + expected);
    }
    return number(state, "height") + 1 > put.get().lastHeight()
        ? refused(EXPIRED, "too late")
        : new TxResult(0, "", "", new byte[0]);
  }

  /** Whatever writes a key that begins so. */
  @Override
  public boolean isDuty(StateView state, byte[] transaction) {
    return decode(transaction).map(put -> put.key().startsWith("duty")).orElse(false);
  }

  private static TxResult refused(int code, String log) {
    return new TxResult(code, "sdk", log, new byte[0]);
  }

  @Override
  public BlockResult apply(StateStore store, Block block) {
    List<TxResult> results = new ArrayList<>();
    for (byte[] transaction : block.transactions()) {
      results.add(results.isEmpty() ? applyLink(block, transaction) : apply(store, transaction));
    }
    store.put(bytes("height"), bytes(block.height().toString()));
    return new BlockResult(results);
  }

  private static TxResult applyLink(Block block, byte[] transaction) {
    return text(transaction).equals("link|" + block.height())
        ? new TxResult(0, "", "", new byte[0])
        : refused(MALFORMED, "not the link of this block");
  }

  private TxResult apply(StateStore store, byte[] transaction) {
    TxResult verdict = check(store, transaction, 0);
    if (verdict.isAccepted()) {
      Put put = decode(transaction).orElseThrow();
      store.put(bytes("s/" + put.signer()), bytes(Long.toString(put.sequence() + 1)));
      store.put(bytes("k/" + put.key()), bytes(put.value()));
      return new TxResult(0, "", "", bytes("done"));
    }
    return verdict;
  }

  @Override
  public QueryResult query(StateView state, String path, byte[] data) {
    Height height = new Height(number(state, "height"));
    if (!path.equals("/key")) {
      return new QueryResult(6, "sdk", "unknown query path", new byte[0], height);
    }
    return state
        .get(bytes("k/" + text(data)))
        .map(value -> new QueryResult(0, "", "", value, height))
        .orElseGet(() -> new QueryResult(22, "sdk", "no such key", new byte[0], height));
  }
}
