package exacta.consensus;

import exacta.ledger.StateMachine;

/** What consensus runs: the ledger, and who signed what in its transactions. */
public record Application(StateMachine machine, TransactionSigners signers) {}
