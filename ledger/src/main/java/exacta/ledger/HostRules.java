package exacta.ledger;

import exacta.crypto.Address;
import exacta.ledger.state.HostState;
import exacta.primitives.Amount;
import exacta.primitives.Digest32;
import exacta.protocol.Wire;
import exacta.protocol.v1.Ask;
import exacta.protocol.v1.ModelRecord;
import exacta.protocol.v1.MsgAnnounce;
import exacta.protocol.v1.MsgDepositCollateral;
import exacta.protocol.v1.MsgListModel;
import exacta.protocol.v1.MsgRegisterHost;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Hosts, what they announce and stake, and the list of models. Spec: ledger.md#hosts. */
final class HostRules {
  private final LedgerState state;

  HostRules(LedgerState state) {
    this.state = state;
  }

  Verdict register(MsgRegisterHost register) {
    Address host = Address.ofText(register.getHost());
    Optional<HostState> known = state.hosts.get(host);
    if (known.isPresent() && known.get().getRegistered()) {
      return Verdict.refused(Refusal.HOST_REGISTERED, "host " + host + " is registered");
    }
    if (known.isPresent() && known.get().getEndedEpoch() >= state.epoch()) {
      return Verdict.refused(
          Refusal.HOST_NOT_READY,
          "the former registration ends with epoch " + known.get().getEndedEpoch());
    }
    Amount deposit = new Amount(state.parameters().getHostDeposit());
    if (!state.bank.canPay(host, deposit)) {
      return lacks(host, deposit);
    }
    state.bank.pay(host, Purse.HOST_DEPOSITS, deposit);
    HostState before = known.orElseGet(HostState::getDefaultInstance);
    state.hosts.put(
        host,
        before.toBuilder()
            .setAddress(host.toString())
            .setUrl(register.getUrl())
            .setRegistered(true)
            .setEndedEpoch(0)
            .setDeposit(Math.addExact(before.getDeposit(), deposit.nanoCoins()))
            .build());
    return Verdict.accepted();
  }

  Verdict announce(MsgAnnounce announce) {
    Address host = Address.ofText(announce.getHost());
    Optional<HostState> known = state.hosts.get(host).filter(HostState::getRegistered);
    if (known.isEmpty()) {
      return unknown(host);
    }
    Optional<String> fault = faultOf(announce.getAsksList());
    if (fault.isPresent()) {
      return Verdict.refused(Refusal.MODEL_UNKNOWN, fault.get());
    }
    Set<Digest32> former = formerModels(known.get());
    if (former.size() > Limits.FORMER_MODELS_MAX) {
      return Verdict.refused(
          Refusal.OUT_OF_BOUNDS,
          "a host announces at most %d different models".formatted(Limits.FORMER_MODELS_MAX));
    }
    state.hosts.put(
        host,
        known.get().toBuilder()
            .setUrl(announce.getUrl())
            .clearAsks()
            .addAllAsks(announce.getAsksList())
            .clearFormerModels()
            .addAllFormerModels(former.stream().map(Wire::bytes).toList())
            .build());
    return Verdict.accepted();
  }

  /** All models that the host announced up to now, in order. */
  private static Set<Digest32> formerModels(HostState host) {
    Set<Digest32> models = new TreeSet<>();
    host.getFormerModelsList().stream().map(Wire::digest).forEach(models::add);
    host.getAsksList().stream().map(Ask::getModel).map(Wire::digest).forEach(models::add);
    return models;
  }

  /** What is wrong with asks, if anything. */
  Optional<String> faultOf(List<Ask> asks) {
    Set<Digest32> seen = new TreeSet<>();
    for (Ask ask : asks) {
      Digest32 model = Wire.digest(ask.getModel());
      if (!state.models.has(model)) {
        return Optional.of("no model with root " + model + " is listed");
      }
      if (!seen.add(model)) {
        return Optional.of("model " + model + " is announced twice");
      }
    }
    return Optional.empty();
  }

  Verdict listModel(MsgListModel list) {
    String name = list.getLister() + "/" + list.getName();
    Digest32 root = Wire.digest(list.getRoot());
    if (state.models.has(root) || state.modelNames.has(name)) {
      return Verdict.refused(Refusal.MODEL_LISTED, "the name or the root is listed already");
    }
    putModel(
        ModelRecord.newBuilder()
            .setName(name)
            .setRoot(list.getRoot())
            .setCardBytes(list.getCardBytes())
            .setWeightBytes(list.getWeightBytes())
            .setLeafCount(list.getLeafCount())
            .build());
    return Verdict.accepted();
  }

  void putModel(ModelRecord model) {
    state.models.put(Wire.digest(model.getRoot()), model);
    state.modelNames.put(model.getName(), model);
  }

  Verdict depositCollateral(MsgDepositCollateral deposit) {
    Address host = Address.ofText(deposit.getHost());
    Optional<HostState> known = state.hosts.get(host);
    if (known.isEmpty()) {
      return unknown(host);
    }
    Amount amount = new Amount(deposit.getAmount());
    if (!state.bank.canPay(host, amount)) {
      return lacks(host, amount);
    }
    state.bank.pay(host, Purse.COLLATERAL, amount);
    state.hosts.put(
        host,
        known.get().toBuilder()
            .setCollateral(Math.addExact(known.get().getCollateral(), amount.nanoCoins()))
            .build());
    return Verdict.accepted();
  }

  private static Verdict unknown(Address host) {
    return Verdict.refused(Refusal.HOST_UNKNOWN, host + " is no registered host");
  }

  private Verdict lacks(Address account, Amount amount) {
    return Verdict.refused(
        Refusal.INSUFFICIENT_FUNDS,
        "this takes %s, and %s has %s".formatted(amount, account, state.bank.balance(account)));
  }
}
