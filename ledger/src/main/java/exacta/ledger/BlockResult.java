package exacta.ledger;

import java.util.List;

/** What a block did: one result for each of its transactions, in their order. */
public record BlockResult(List<TxResult> transactions) {
  public BlockResult {
    transactions = List.copyOf(transactions);
  }
}
