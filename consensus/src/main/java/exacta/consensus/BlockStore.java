package exacta.consensus;

import com.google.protobuf.ByteString;
import exacta.consensus.stored.StoredPlace;
import exacta.consensus.stored.StoredTransaction;
import exacta.ledger.TxEvent;
import exacta.ledger.TxResult;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import exacta.primitives.Height;
import exacta.store.Column;
import exacta.store.Database;
import exacta.store.Writes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Blocks, results and where each transaction is. Safe for several threads. */
final class BlockStore {
  private static final byte[] NOTHING = {};

  private final Column headers;
  private final Column transactions;
  private final Column places;
  private final Column events;

  BlockStore(Database database) {
    headers = database.column(Columns.HEADERS);
    transactions = database.column(Columns.TRANSACTIONS);
    places = database.column(Columns.PLACES);
    events = database.column(Columns.EVENTS);
  }

  void add(Writes writes, CommittedBlock block) {
    Height height = block.header().height();
    byte[] header = Stored.header(block.header()).toByteArray();
    writes.put(headers, Stored.key(height.value()), header);
    for (int i = 0; i < block.transactions().size(); i++) {
      byte[] bytes = block.transactions().get(i);
      StoredTransaction stored =
          StoredTransaction.newBuilder()
              .setBytes(ByteString.copyFrom(bytes))
              .setResult(Stored.result(block.results().get(i)))
              .build();
      StoredPlace place = StoredPlace.newBuilder().setHeight(height.value()).setIndex(i).build();
      writes.put(transactions, Stored.key(height, i), stored.toByteArray());
      writes.put(places, Hasher.sha256(bytes).toBytes(), place.toByteArray());
      for (TxEvent event : block.results().get(i).events()) {
        for (TxEvent.Attribute attribute : event.attributes()) {
          writes.put(events, eventKey(eventName(event.type(), attribute), height, i), NOTHING);
        }
      }
    }
  }

  Optional<BlockHeader> header(Height height) {
    return headers.get(Stored.key(height.value())).map(Stored::header);
  }

  Optional<CommittedBlock> block(Height height) {
    return header(height).map(this::withTransactions);
  }

  private CommittedBlock withTransactions(BlockHeader header) {
    List<byte[]> bytes = new ArrayList<>();
    List<TxResult> results = new ArrayList<>();
    int count = header.transactionCount();
    if (count > 0) {
      transactions.scanFrom(
          Stored.key(header.height(), 0),
          (key, value) -> {
            StoredTransaction stored = Stored.parse(StoredTransaction.parser(), value);
            bytes.add(stored.getBytes().toByteArray());
            results.add(Stored.result(stored.getResult()));
            return bytes.size() < count;
          });
    }
    return new CommittedBlock(header, bytes, results);
  }

  Optional<IncludedTransaction> transaction(Digest32 hash) {
    return places
        .get(hash.toBytes())
        .map(bytes -> Stored.parse(StoredPlace.parser(), bytes))
        .flatMap(place ->
            transaction(new TransactionPlace(new Height(place.getHeight()), place.getIndex())));
  }

  /** The transaction at this place, if there is one. */
  Optional<IncludedTransaction> transaction(TransactionPlace place) {
    return Stored.included(transactions, place);
  }

  private static Digest32 eventName(String type, TxEvent.Attribute attribute) {
    return Hasher.of("event").text(type).text(attribute.key()).text(attribute.value()).finish();
  }

  /** Entries of one name lie together, in order of height and index. */
  private static byte[] eventKey(Digest32 name, Height height, int index) {
    byte[] place = Stored.key(height, index);
    byte[] key = Arrays.copyOf(name.toBytes(), Digest32.BYTES + place.length);
    System.arraycopy(place, 0, key, Digest32.BYTES, place.length);
    return key;
  }

  /** Where the first transactions with this event in these heights are, at most so many. */
  List<TransactionPlace> placesWith(
      TransactionQuery.ByEvent event, TransactionQuery.ByHeight range, int countMax) {
    Digest32 name = eventName(event.type(), event.attribute());
    List<TransactionPlace> found = new ArrayList<>();
    events.scanFrom(
        eventKey(name, new Height(range.from()), 0),
        (key, value) -> {
          ByteBuffer place = ByteBuffer.wrap(key, Digest32.BYTES, Long.BYTES + Integer.BYTES);
          boolean isSame = Arrays.equals(Arrays.copyOf(key, Digest32.BYTES), name.toBytes());
          Height height = new Height(place.getLong());
          int index = place.getInt();
          if (!isSame || height.value() > range.to() || found.size() == countMax) {
            return false;
          }
          found.add(new TransactionPlace(height, index));
          return true;
        });
    return found;
  }
}
