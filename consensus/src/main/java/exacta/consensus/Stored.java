package exacta.consensus;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import exacta.consensus.stored.StoredEvent;
import exacta.consensus.stored.StoredHeader;
import exacta.consensus.stored.StoredResult;
import exacta.consensus.stored.StoredTransaction;
import exacta.ledger.TxEvent;
import exacta.ledger.TxResult;
import exacta.primitives.Digest32;
import exacta.primitives.ExactaException;
import exacta.primitives.Hasher;
import exacta.primitives.Height;
import exacta.store.Column;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How things of this room are written to disk. */
final class Stored {
  private Stored() {}

  static byte[] key(long number) {
    return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
  }

  static byte[] key(Height height, int index) {
    return ByteBuffer.allocate(Long.BYTES + Integer.BYTES)
        .putLong(height.value())
        .putInt(index)
        .array();
  }

  static long number(byte[] key) {
    return ByteBuffer.wrap(key).getLong();
  }

  static StoredResult result(TxResult result) {
    StoredResult.Builder stored =
        StoredResult.newBuilder()
            .setCode(result.code())
            .setCodespace(result.codespace())
            .setLog(result.log())
            .setData(ByteString.copyFrom(result.data()))
            .setGasWanted(result.gasWanted())
            .setGasUsed(result.gasUsed());
    for (TxEvent event : result.events()) {
      StoredEvent.Builder one = StoredEvent.newBuilder().setType(event.type());
      event.attributes().forEach(a -> one.addAttributes(a.key()).addAttributes(a.value()));
      stored.addEvents(one);
    }
    return stored.build();
  }

  static TxResult result(StoredResult stored) {
    return new TxResult(
        stored.getCode(),
        stored.getCodespace(),
        stored.getLog(),
        stored.getData().toByteArray(),
        stored.getGasWanted(),
        stored.getGasUsed(),
        stored.getEventsList().stream().map(Stored::event).toList());
  }

  private static TxEvent event(StoredEvent stored) {
    List<TxEvent.Attribute> attributes = new ArrayList<>();
    for (int i = 0; i + 1 < stored.getAttributesCount(); i += 2) {
      attributes.add(new TxEvent.Attribute(stored.getAttributes(i), stored.getAttributes(i + 1)));
    }
    return new TxEvent(stored.getType(), attributes);
  }

  static StoredHeader header(BlockHeader header) {
    return StoredHeader.newBuilder()
        .setHeight(header.height().value())
        .setTimeMillis(header.timeMillis())
        .setHash(packed(header.hash()))
        .setPreviousHash(header.previousHash().map(Stored::packed).orElse(ByteString.EMPTY))
        .setStateBefore(packed(header.stateBefore()))
        .setStateAfter(packed(header.stateAfter()))
        .setPreviousResultsHash(packed(header.previousResultsHash()))
        .setTransactionCount(header.transactionCount())
        .build();
  }

  static BlockHeader header(byte[] bytes) {
    StoredHeader stored = parse(StoredHeader.parser(), bytes);
    ByteString previous = stored.getPreviousHash();
    return new BlockHeader(
        new Height(stored.getHeight()),
        stored.getTimeMillis(),
        digest(stored.getHash()),
        previous.isEmpty() ? Optional.empty() : Optional.of(digest(previous)),
        digest(stored.getStateBefore()),
        digest(stored.getStateAfter()),
        digest(stored.getPreviousResultsHash()),
        stored.getTransactionCount());
  }

  /** The transaction at this place, from the column of transactions. */
  static Optional<IncludedTransaction> included(Column transactions, TransactionPlace place) {
    return transactions
        .get(key(place.height(), place.index()))
        .map(bytes -> parse(StoredTransaction.parser(), bytes))
        .map(stored -> {
          byte[] bytes = stored.getBytes().toByteArray();
          return new IncludedTransaction(
              Hasher.sha256(bytes),
              place.height(),
              place.index(),
              bytes,
              result(stored.getResult()));
        });
  }

  static <M extends MessageLite> M parse(Parser<M> parser, byte[] bytes) {
    try {
      return parser.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new ExactaException(
          ExactaException.Category.FATAL,
          "the database is damaged: a record of a block does not parse; begin anew",
          e);
    }
  }

  private static ByteString packed(Digest32 digest) {
    return ByteString.copyFrom(digest.toBytes());
  }

  private static Digest32 digest(ByteString packed) {
    return Digest32.of(packed.toByteArray());
  }
}
