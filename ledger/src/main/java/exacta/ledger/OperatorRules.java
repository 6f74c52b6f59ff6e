package exacta.ledger;

import exacta.crypto.Address;
import exacta.ledger.state.HostState;
import exacta.protocol.v1.MsgGrantOperator;
import exacta.protocol.v1.MsgRevokeOperator;
import java.util.Optional;

/**
 * A host's other key, which may lie on the machine that works while the host's own does not: it can
 * do duties, and nothing else. Spec: ledger.md#operators.
 */
final class OperatorRules {
  private final LedgerState state;

  OperatorRules(LedgerState state) {
    this.state = state;
  }

  Verdict grant(MsgGrantOperator grant) {
    Address host = Address.ofText(grant.getHost());
    Address operator = Address.ofText(grant.getOperator());
    Optional<HostState> known = state.hosts.get(host);
    if (known.isEmpty()) {
      return unknown(host);
    }
    if (operator.equals(host)) {
      return Verdict.refused(Refusal.OUT_OF_BOUNDS, "an operator is another account than the host");
    }
    state.hosts.put(host, known.get().toBuilder().setOperator(grant.getOperator()).build());
    if (!state.accounts.has(operator)) {
      // It signs with a number and a sequence of its own, and may never need coins.
      state.accounts.put(operator, state.newAccount());
    }
    return Verdict.accepted();
  }

  Verdict revoke(MsgRevokeOperator revoke) {
    Address host = Address.ofText(revoke.getHost());
    Optional<HostState> known = state.hosts.get(host);
    if (known.isEmpty()) {
      return unknown(host);
    }
    if (known.get().getOperator().isEmpty()) {
      return Verdict.refused(Refusal.NOT_FOUND, host + " has no operator");
    }
    state.hosts.put(host, known.get().toBuilder().clearOperator().build());
    return Verdict.accepted();
  }

  private static Verdict unknown(Address host) {
    return Verdict.refused(Refusal.HOST_UNKNOWN, host + " is no host");
  }

  /** Whether the host lets this account do its duties. */
  boolean isOperator(Address operator, Address host) {
    return state
        .hosts
        .get(host)
        .map(known -> known.getOperator().equals(operator.toString()))
        .orElse(false);
  }
}
