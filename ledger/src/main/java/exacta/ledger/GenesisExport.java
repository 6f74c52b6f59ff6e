package exacta.ledger;

import exacta.crypto.Address;
import exacta.ledger.state.AccountState;
import exacta.ledger.state.HostState;
import exacta.ledger.state.PoolState;
import exacta.ledger.state.SettlementState;
import exacta.ledger.state.WithheldState;
import exacta.primitives.ExactaException;
import exacta.protocol.v1.ChainParameters;
import exacta.protocol.v1.DisputeRecord;
import exacta.protocol.v1.Genesis;
import exacta.protocol.v1.GenesisAccount;
import exacta.protocol.v1.GenesisHost;
import exacta.protocol.v1.LaneRecord;
import exacta.protocol.v1.PoolCommitment;
import exacta.protocol.v1.RulesFrom;
import exacta.protocol.v1.SessionRecord;
import exacta.protocol.v1.SettledLane;
import exacta.protocol.v1.SprintCallRecord;
import exacta.protocol.v1.Supply;
import java.util.Map;
import java.util.TreeMap;

/**
 * Makes of a state the genesis of another chain. What lasts goes over: balances, hosts, models,
 * proposers, validators, funds. What was under way ends: its money goes back to whom it came from,
 * or to whom it was earned by. Spec: ledger.md#export.
 */
final class GenesisExport {
  private final LedgerState state;

  /** What everybody has when all that was under way has ended. */
  private final Map<Address, Long> balances = new TreeMap<>();

  GenesisExport(LedgerState state) {
    this.state = state;
  }

  Genesis export(String chainId) {
    if (chainId.equals(state.chainId())) {
      throw ExactaException.fatal(
          "the new chain needs another name than %s: what was signed for one must not count on the other"
              .formatted(chainId));
    }
    state.accounts.scan(
        new byte[0],
        (key, account) -> {
          balances.put(Address.of(key), account.getBalance());
          return true;
        });
    endSessions();
    endSettlements();
    endSprints();
    ChainParameters parameters =
        state.parameters().toBuilder().setEmission(state.emission.get().getAmount()).build();
    Supply supply = state.supply.get();
    Genesis.Builder genesis =
        Genesis.newBuilder()
            .setChainId(chainId)
            .setTimeMillis(state.head.get().getTimeMillis())
            .setParameters(parameters)
            .setBurned(supply.getBurned())
            .setCommunityFund(supply.getCommunityFund())
            .setTrainingFund(supply.getTrainingFund());
    addHosts(genesis, parameters);
    addAccounts(genesis);
    genesis.addAllModels(state.models.values());
    addProposers(genesis);
    new ValidatorExport(state).addTo(genesis);
    if (state.rulesVersion() > 1) {
      genesis.addRules(RulesFrom.newBuilder().setHeight(1).setVersion(state.rulesVersion()));
    }
    requireAll(genesis, supply);
    return genesis.build();
  }

  private void give(String to, long amount) {
    balances.merge(Address.ofText(to), amount, Math::addExact);
  }

  private void endSessions() {
    for (SessionRecord session : state.market.sessions.values()) {
      for (LaneRecord lane : session.getLanesList()) {
        give(session.getDeveloper(), lane.getCap() - lane.getSettledSum());
      }
    }
  }

  /** What a host settled is its own, unless a jury said otherwise. */
  private void endSettlements() {
    for (Table.Row<SettlementState> row : state.market.settlements.rows(new byte[0])) {
      if (row.value().getPaid()) {
        continue;
      }
      HostKey key = HostKey.ofBytes(row.key());
      for (SettledLane lane : state.market.settledLanes.values(key.toBytes())) {
        give(row.value().getLost() ? lane.getDeveloper() : key.host().toString(), lane.getSum());
      }
    }
    for (DisputeRecord dispute : state.disputes.values()) {
      if (ReceiptDisputes.isOpen(dispute)) {
        give(dispute.getChallenger(), dispute.getDeposit());
      }
    }
  }

  private void endSprints() {
    for (Table.Row<WithheldState> row : state.withheld.rows(new byte[0])) {
      give(HostKey.ofBytes(row.key()).host().toString(), row.value().getAmount());
    }
    for (SprintCallRecord call : new SupplyAudit(state).openCalls()) {
      give(call.getCaller(), call.getFee());
    }
  }

  /** Who is no host any more gets what it left here. */
  private void addHosts(Genesis.Builder genesis, ChainParameters parameters) {
    for (HostState host : state.hosts.values()) {
      boolean stays = host.getRegistered() && host.getDeposit() == parameters.getHostDeposit();
      if (!stays) {
        give(host.getAddress(), Math.addExact(host.getDeposit(), host.getCollateral()));
        continue;
      }
      genesis.addHosts(
          GenesisHost.newBuilder()
              .setAddress(host.getAddress())
              .setUrl(host.getUrl())
              .setCollateral(host.getCollateral())
              .addAllAsks(host.getAsksList())
              .setSprintReputation(host.getSprintReputation())
              .setReceiptReputation(host.getReceiptReputation())
              .setOperator(host.getOperator()));
    }
  }

  /** In the order of their numbers, which they keep; who had no account comes last. */
  private void addAccounts(Genesis.Builder genesis) {
    Map<Long, Address> byNumber = new TreeMap<>();
    long next = state.counters.get().getAccounts();
    for (Address address : balances.keySet()) {
      long number = state.accounts.get(address).map(AccountState::getNumber).orElse(-1L);
      byNumber.put(number < 0 ? next++ : number, address);
    }
    for (Address address : byNumber.values()) {
      genesis.addAccounts(
          GenesisAccount.newBuilder()
              .setAddress(address.toString())
              .setBalance(balances.get(address)));
    }
  }

  /** Links go on where they are. */
  private void addProposers(Genesis.Builder genesis) {
    for (Table.Row<PoolState> row : state.pool.rows(new byte[0])) {
      genesis.addPool(
          PoolCommitment.newBuilder()
              .setProposer(Address.of(row.key()).toString())
              .setAnchor(row.value().getLink())
              .setRevealed(row.value().getRevealed()));
    }
  }

  /** Every ngonka that was minted and not burned is somewhere in it. */
  private static void requireAll(Genesis.Builder genesis, Supply supply) {
    long sum = Math.addExact(genesis.getCommunityFund(), genesis.getTrainingFund());
    for (GenesisAccount account : genesis.getAccountsList()) {
      sum = Math.addExact(sum, account.getBalance());
    }
    for (GenesisHost host : genesis.getHostsList()) {
      sum = Math.addExact(sum, host.getCollateral());
      sum = Math.addExact(sum, genesis.getParameters().getHostDeposit());
    }
    long expected = supply.getMinted() - supply.getBurned();
    if (sum != expected) {
      throw ExactaException.fatal(
          "the state has %d ngonka, and its genesis would have %d; nothing is exported"
              .formatted(expected, sum));
    }
  }
}
