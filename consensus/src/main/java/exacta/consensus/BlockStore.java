package exacta.consensus;

import com.google.protobuf.ByteString;
import exacta.consensus.stored.StoredPlace;
import exacta.consensus.stored.StoredTransaction;
import exacta.ledger.TxResult;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import exacta.primitives.Height;
import exacta.store.Column;
import exacta.store.Database;
import exacta.store.Writes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Blocks, results and where each transaction is. Safe for several threads. */
final class BlockStore {
  private final Column headers;
  private final Column transactions;
  private final Column places;

  BlockStore(Database database) {
    headers = database.column(Columns.HEADERS);
    transactions = database.column(Columns.TRANSACTIONS);
    places = database.column(Columns.PLACES);
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
        .flatMap(place -> transaction(hash, new Height(place.getHeight()), place.getIndex()));
  }

  private Optional<IncludedTransaction> transaction(Digest32 hash, Height height, int index) {
    return transactions
        .get(Stored.key(height, index))
        .map(bytes -> Stored.parse(StoredTransaction.parser(), bytes))
        .map(stored ->
            new IncludedTransaction(
                hash,
                height,
                index,
                stored.getBytes().toByteArray(),
                Stored.result(stored.getResult())));
  }
}
