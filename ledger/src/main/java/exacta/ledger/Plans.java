package exacta.ledger;

import exacta.crypto.Address;
import exacta.ledger.WeightedDraw.Candidate;
import exacta.ledger.state.HostState;
import exacta.ledger.state.PlanEntry;
import exacta.ledger.state.PlanState;
import exacta.ledger.state.TallyState;
import exacta.protocol.v1.ChainParameters;
import java.util.ArrayList;
import java.util.List;

/** The plan of each epoch: which hosts there are, and their weights. Spec: ledger.md#plan. */
final class Plans {
  private final LedgerState state;

  Plans(LedgerState state) {
    this.state = state;
  }

  /** Whether the epoch of the block that is being made counts on this host still. */
  boolean isActive(Address host) {
    return state.planEntries.has(new HostKey(state.epoch(), host))
        && state.hosts.require(host).getRegistered();
  }

  /** Whether the plan's draws can meet this host now: it has weight, or nobody has. */
  boolean hasVoice(Address host) {
    long epoch = state.epoch();
    return isActive(host)
        && (weight(epoch, host) > 0 || state.plans.require(epoch).getWeight() == 0);
  }

  /** The host's weight in this epoch's plan as it is written there; 0 if it is not in it. */
  long weight(long epoch, Address host) {
    return state.planEntries.get(new HostKey(epoch, host)).map(PlanEntry::getWeight).orElse(0L);
  }

  /**
   * Who can be drawn now, in the order of addresses: the hosts of the current plan without those
   * who left or were convicted since. Where nobody of these but the excepted has weight, each
   * counts as 1.
   */
  List<Candidate> electorate(Address... except) {
    List<Address> excepted = List.of(except);
    List<Candidate> electorate = new ArrayList<>();
    state.planEntries.scan(
        Keys.of(state.epoch()).toBytes(),
        (key, entry) -> {
          Address host = HostKey.ofBytes(key).host();
          if (!excepted.contains(host) && state.hosts.require(host).getRegistered()) {
            electorate.add(new Candidate(host, entry.getWeight()));
          }
          return true;
        });
    boolean someWeight = electorate.stream().anyMatch(candidate -> candidate.weight() > 0);
    return someWeight
        ? electorate
        : electorate.stream().map(candidate -> new Candidate(candidate.address(), 1)).toList();
  }

  /** Freezes the plan of an epoch from the tallies of the one before; after all counting. */
  void freeze(long epoch) {
    ChainParameters parameters = state.parameters();
    long total = 0;
    int count = 0;
    for (HostState host : state.hosts.values()) {
      if (!host.getRegistered()) {
        continue;
      }
      Address address = Address.ofText(host.getAddress());
      long weight = 0;
      if (epoch > 0) {
        TallyState tally = tally(epoch - 1, address);
        weight =
            tally.getConvicted() ? 0 : backed(parameters, tally.getCounted(), host.getCollateral());
      }
      state.planEntries.put(
          new HostKey(epoch, address), PlanEntry.newBuilder().setWeight(weight).build());
      total = Math.addExact(total, weight);
      count++;
    }
    state.plans.put(epoch, PlanState.newBuilder().setWeight(total).setHosts(count).build());
  }

  /**
   * The weight of so many nonces: {@code base_weight} per mille of them are free, rounded down; of
   * the rest as many count as the collateral covers.
   */
  static long backed(ChainParameters parameters, long nonces, long collateral) {
    // Nonces stay below 2^53, see Limits.
    long free = nonces * parameters.getBaseWeight() / 1000;
    long rest = nonces - free;
    long price = parameters.getCollateralPerWeight();
    return free + (price == 0 ? rest : Math.min(rest, collateral / price));
  }

  TallyState tally(long epoch, Address host) {
    return state.tallies.get(new HostKey(epoch, host)).orElse(TallyState.getDefaultInstance());
  }

  /** Notes that this epoch gave a host so many duties. */
  void addDuties(long epoch, Address host, int count) {
    TallyState tally = tally(epoch, host);
    state.tallies.put(
        new HostKey(epoch, host), tally.toBuilder().setDuties(tally.getDuties() + count).build());
  }

  /** Notes that a host did so many duties of this epoch. */
  void addDutiesDone(long epoch, Address host, int count) {
    TallyState tally = tally(epoch, host);
    state.tallies.put(
        new HostKey(epoch, host),
        tally.toBuilder().setDutiesDone(tally.getDutiesDone() + count).build());
  }
}
