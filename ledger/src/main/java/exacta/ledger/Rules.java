package exacta.ledger;

import exacta.protocol.Message;
import java.util.List;

/** The first version: leads each kind of message to its rule. */
final class Rules implements RuleSet {
  @Override
  public void migrate(LedgerState state) {
    throw new AssertionError("nothing was before the first version");
  }

  @Override
  public List<ValidatorPower> endBlock(LedgerState state, NonceReplay replay, long timeMillis) {
    return new BlockEnd(state, replay).run(timeMillis);
  }

  @Override
  public Verdict apply(LedgerState state, Message message, long sequence) {
    return switch (message) {
      case Message.Send m -> new AccountRules(state).send(m);
      case Message.MultiSend m -> new AccountRules(state).multiSend(m);
      case Message.RegisterHost m -> new HostRules(state).register(m.body());
      case Message.Announce m -> new HostRules(state).announce(m.body());
      case Message.ListModel m -> new HostRules(state).listModel(m.body());
      case Message.DepositCollateral m -> new HostRules(state).depositCollateral(m.body());
      case Message.RegisterValidator m -> new ValidatorRules(state).register(m.body());
      case Message.GrantOperator m -> new OperatorRules(state).grant(m.body());
      case Message.RevokeOperator m -> new OperatorRules(state).revoke(m.body());
      case Message.SprintCommit m -> new SprintRules(state).commit(m.body());
      case Message.SprintAttest m -> new SprintRules(state).attest(m.body());
      case Message.SprintCall m -> new SprintCalls(state).call(m.body());
      case Message.SprintAnswer m -> new SprintCalls(state).answer(m.body());
      case Message.SprintChallenge m -> new SprintDisputes(state).challenge(m.body());
      case Message.OpenSession m -> new SessionRules(state).open(m.body(), sequence);
      case Message.TopUpSession m -> new SessionRules(state).topUp(m.body());
      case Message.CloseSession m -> new SessionRules(state).close(m.body());
      case Message.Settle m -> new SettlementRules(state).settle(m.body());
      case Message.ReceiptAttest m -> new AuditRules(state).attest(m.body());
      case Message.ReceiptCall m -> new DisputeRules(state).call(m.body());
      case Message.ReceiptChallenge m -> new DisputeRules(state).challenge(m.body());
      case Message.Verdict m -> new JuryRules(state).vote(m.body());
    };
  }
}
