package exacta.consensus;

import exacta.ledger.TxResult;
import exacta.primitives.Hasher;
import java.util.ArrayList;
import java.util.List;

/** A block as it lies on disk: transactions in order, and one result for each. */
public record CommittedBlock(
    BlockHeader header, List<byte[]> transactions, List<TxResult> results) {
  public CommittedBlock {
    transactions = List.copyOf(transactions);
    results = List.copyOf(results);
  }

  /** Each transaction with its place. */
  List<IncludedTransaction> included() {
    List<IncludedTransaction> included = new ArrayList<>();
    for (int i = 0; i < transactions.size(); i++) {
      byte[] bytes = transactions.get(i);
      included.add(
          new IncludedTransaction(Hasher.sha256(bytes), header.height(), i, bytes, results.get(i)));
    }
    return included;
  }
}
