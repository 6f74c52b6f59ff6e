package exacta.ledger;

import exacta.protocol.v1.Genesis;
import java.util.List;

/**
 * What consensus drives: a function of state and block. Deterministic; neither method keeps
 * anything between calls, and no method throws for what strangers send.
 */
public interface StateMachine {
  /**
   * Writes the state before the first block.
   *
   * @throws exacta.primitives.ExactaException (fatal) for a genesis that breaks a rule
   */
  void initialize(StateStore store, Genesis genesis);

  /**
   * The validators as consensus was told last: after genesis, the first set, which is empty where
   * the genesis names none.
   */
  default List<ValidatorPower> validators(StateView state) {
    return List.of();
  }

  /**
   * Whether a transaction could be in the next block after this state. Changes nothing.
   *
   * @param pending how many transactions of the same signer are waiting to go before it
   */
  TxResult check(StateView state, byte[] transaction, int pending);

  /**
   * Says that a transaction will be checked soon. What takes long and depends on it alone may be
   * done here, where nobody waits behind it; changes no answer.
   */
  default void prepare(StateView state, byte[] transaction) {}

  /**
   * Whether a transaction does nothing but what the plan expects of its signer, a host of the plan.
   * Who makes blocks takes such first, so that nobody can keep a host from its duties. Says nothing
   * of whether it is valid.
   */
  boolean isDuty(StateView state, byte[] transaction);

  /** Applies a block whose height is one more than the state's. */
  BlockResult apply(StateStore store, Block block);

  /** Answers a query from a state; the path's kinds and codes are in docs/spec/ledger.md. */
  QueryResult query(StateView state, String path, byte[] data);
}
