package exacta.consensus;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import exacta.ledger.QueryResult;
import exacta.ledger.Refusal;
import exacta.ledger.TxEvent;
import exacta.ledger.TxResult;
import exacta.primitives.Digest32;
import exacta.primitives.Height;
import exacta.protocol.Wire;
import exacta.protocol.cosmos.tx.GetTxRequest;
import exacta.protocol.cosmos.tx.GetTxResponse;
import exacta.protocol.cosmos.tx.SimulatedAttribute;
import exacta.protocol.cosmos.tx.SimulatedEvent;
import exacta.protocol.cosmos.tx.TxResponse;
import java.util.Locale;
import java.util.Optional;

/**
 * The query for a transaction by its hash, answered from the blocks, wherever they are. Spec:
 * wallets.md#search.
 */
public final class GetTx {
  private static final String TX = "/cosmos.tx.v1beta1.Tx";
  private static final String HASH = "(?i)[0-9a-f]{64}";

  private GetTx() {}

  /** Where the blocks are. */
  public interface Blocks {
    /** The transaction with this hash, if it is in a block. */
    Optional<IncludedTransaction> transaction(Digest32 hash);

    /** When the block with it was made, milliseconds since 1970. */
    long timeMillis(IncludedTransaction transaction);
  }

  /**
   * @param data an encoded request
   * @param height of the newest state
   */
  public static QueryResult answer(Blocks blocks, byte[] data, Height height) {
    Optional<GetTxRequest> request = Wire.strict(GetTxRequest.parser(), data);
    if (request.isEmpty() || !request.get().getHash().matches(HASH)) {
      return refused(
          Refusal.INVALID_REQUEST, "a transaction's hash has 64 hexadecimal digits", height);
    }
    String hash = request.get().getHash();
    return blocks
        .transaction(Digest32.ofHex(hash.toLowerCase(Locale.ROOT)))
        .map(found -> found(blocks, found, height))
        .orElseGet(() ->
            refused(
                Refusal.NOT_FOUND,
                "rpc error: code = NotFound desc = tx not found: " + hash,
                height));
  }

  private static QueryResult refused(Refusal refusal, String log, Height height) {
    return new QueryResult(refusal.code(), refusal.codespace(), log, new byte[0], height);
  }

  private static QueryResult found(Blocks blocks, IncludedTransaction included, Height height) {
    ByteString bytes = ByteString.copyFrom(included.bytes());
    TxResult result = included.result();
    TxResponse.Builder response =
        TxResponse.newBuilder()
            .setHeight(included.height().value())
            .setTxhash(RpcJson.hex(included.hash()))
            .setCodespace(result.codespace())
            .setCode(result.code())
            .setData(RpcJson.hex(result.data()))
            .setRawLog(result.log())
            .setGasWanted(result.gasWanted())
            .setGasUsed(result.gasUsed())
            .setTx(Any.newBuilder().setTypeUrl(TX).setValue(bytes))
            .setTimestamp(RpcJson.time(blocks.timeMillis(included)));
    result.events().forEach(event -> response.addEvents(event(event)));
    byte[] value =
        GetTxResponse.newBuilder().setTx(bytes).setTxResponse(response).build().toByteArray();
    return new QueryResult(0, "", "", value, height);
  }

  private static SimulatedEvent event(TxEvent event) {
    SimulatedEvent.Builder written = SimulatedEvent.newBuilder().setType(event.type());
    event
        .attributes()
        .forEach(attribute ->
            written.addAttributes(
                SimulatedAttribute.newBuilder()
                    .setKey(attribute.key())
                    .setValue(attribute.value())
                    .setIndex(true)));
    return written.build();
  }
}
