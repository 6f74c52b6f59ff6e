package exacta.ledger;

import exacta.protocol.Message;
import java.util.List;

/**
 * A version of the rules: what messages do, and what happens at the end of a block. A later version
 * stands beside the ones before, which replay needs for ever; what is equal it leaves to them.
 * Spec: ledger.md#versions.
 */
interface RuleSet {
  /** Makes the state of the version before this one's, at the begin of the first block under it. */
  void migrate(LedgerState state);

  /**
   * Applies a message to a state that is forgotten if it is refused.
   *
   * @param sequence of the transaction
   */
  Verdict apply(LedgerState state, Message message, long sequence);

  /** What happens by itself at the end of a block; the validators whose power changes. */
  List<ValidatorPower> endBlock(LedgerState state, NonceReplay replay, long timeMillis);
}
