package exacta.ledger;

import exacta.crypto.Address;
import exacta.ledger.state.EmissionState;
import exacta.ledger.state.PlanEntry;
import exacta.ledger.state.TallyState;
import exacta.ledger.state.WithheldState;
import exacta.primitives.Amount;
import exacta.primitives.Check;
import exacta.protocol.v1.ChainParameters;
import exacta.protocol.v1.Payment;
import exacta.protocol.v1.QueryPaymentsResponse;
import exacta.protocol.v1.Supply;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * New coins. Each epoch's emission is the one before times a constant below one, until the cap; it
 * is paid in the last block of the epoch after, shared by the weights that the epoch's Sprints
 * gave. Spec: ledger.md#emission.
 */
final class Emissions {
  /** exp(-0.000475) in 64-bit fixed point. */
  private static final BigInteger DECAY = new BigInteger("18437983950968399159");

  private final LedgerState state;

  Emissions(LedgerState state) {
    this.state = state;
  }

  /** Mints and shares the emission of an epoch. The current plan is that of the epoch after. */
  void pay(long epoch) {
    EmissionState next = state.emission.get();
    Check.that(next.getEpoch() == epoch, "emissions are paid one after another");
    state.emission.put(
        EmissionState.newBuilder()
            .setEpoch(epoch + 1)
            .setAmount(decayed(next.getAmount()))
            .build());
    ChainParameters parameters = state.parameters();
    Supply supply = state.supply.get();
    long room = Math.max(0, parameters.getSupplyCap() - supply.getMinted());
    Amount total = new Amount(Math.min(next.getAmount(), room));
    List<Payment> payments = new ArrayList<>();
    Amount training = total.share(parameters.getTrainingShare(), 1000);
    state.bank.mint(Purse.TRAINING_FUND, training);
    add(payments, "training", "training", training);
    Amount rest = total.minus(training);
    Amount shared = payHosts(epoch, rest, payments);
    Amount community = rest.minus(shared);
    state.bank.mint(Purse.COMMUNITY_FUND, community);
    add(payments, "community", "community", community);

    QueryPaymentsResponse.Builder record =
        state
            .payments
            .get(epoch)
            .map(QueryPaymentsResponse::toBuilder)
            .orElseGet(QueryPaymentsResponse::newBuilder);
    state.payments.put(epoch, record.setPaid(true).addAllEmission(payments).build());
  }

  static long decayed(long amount) {
    return BigInteger.valueOf(amount).multiply(DECAY).shiftRight(64).longValueExact();
  }

  private Amount payHosts(long epoch, Amount emission, List<Payment> payments) {
    long totalWeight = state.plans.require(epoch + 1).getWeight();
    if (totalWeight == 0) {
      return Amount.ZERO;
    }
    Plans plans = new Plans(state);
    Amount shared = Amount.ZERO;
    for (Table.Row<PlanEntry> row : state.planEntries.rows(Keys.of(epoch + 1).toBytes())) {
      Address host = HostKey.ofBytes(row.key()).host();
      TallyState tally = plans.tally(epoch, host);
      Amount amount = share(emission, row.value().getWeight(), totalWeight, tally);
      if (amount.isZero()) {
        continue;
      }
      shared = shared.plus(amount);
      if (new SprintDisputes(state).isOpenAbout(host, epoch)) {
        state.bank.mint(Purse.HELD, amount);
        state.withheld.put(
            new HostKey(epoch, host),
            WithheldState.newBuilder().setAmount(amount.nanoCoins()).build());
      } else {
        state.bank.mint(host, amount);
        state.addEarned(host, amount);
        add(payments, host.toString(), "host", amount);
      }
    }
    return shared;
  }

  private static Amount share(Amount emission, long weight, long total, TallyState tally) {
    if (tally.getConvicted()) {
      return Amount.ZERO;
    }
    Amount byWeight = emission.share(weight, total);
    return tally.getDuties() == 0
        ? byWeight
        : byWeight.share(Math.min(tally.getDutiesDone(), tally.getDuties()), tally.getDuties());
  }

  /** Pays what waited for verdicts about this host and epoch, now that none is open. */
  void releaseWithheld(long epoch, Address host) {
    HostKey key = new HostKey(epoch, host);
    state
        .withheld
        .get(key)
        .ifPresent(withheld -> {
          Amount amount = new Amount(withheld.getAmount());
          QueryPaymentsResponse.Builder record = state.payments.require(epoch).toBuilder();
          if (new Plans(state).tally(epoch, host).getConvicted()) {
            state.bank.move(Purse.HELD, Purse.COMMUNITY_FUND, amount);
            record.addEmission(payment("community", "community", amount));
          } else {
            state.bank.release(Purse.HELD, host, amount);
            state.addEarned(host, amount);
            record.addEmission(payment(host.toString(), "host", amount));
          }
          state.payments.put(epoch, record.build());
          state.withheld.delete(key);
        });
  }

  private static void add(List<Payment> payments, String account, String role, Amount amount) {
    if (!amount.isZero()) {
      payments.add(payment(account, role, amount));
    }
  }

  private static Payment payment(String account, String role, Amount amount) {
    return Payment.newBuilder()
        .setAccount(account)
        .setRole(role)
        .setAmount(amount.nanoCoins())
        .build();
  }
}
