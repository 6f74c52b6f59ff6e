package exacta.ledger;

import java.util.List;

/**
 * What a block did.
 *
 * @param transactions one result for each of its transactions, in their order
 * @param validators whose power changes, in order of their keys, each once; never such that nobody
 *     is left. The first set is {@link StateMachine#validators} of the genesis
 */
public record BlockResult(List<TxResult> transactions, List<ValidatorPower> validators) {
  public BlockResult {
    transactions = List.copyOf(transactions);
    validators = List.copyOf(validators);
  }

  /** One that leaves the validators as they are. */
  public BlockResult(List<TxResult> transactions) {
    this(transactions, List.of());
  }
}
