package exacta.ledger;

import exacta.crypto.Address;
import exacta.ledger.state.AccountState;
import exacta.primitives.Amount;
import exacta.primitives.Check;
import exacta.protocol.v1.Supply;

/**
 * Moves money. The only code that changes the supply's record and accounts' balances, so that
 * minted less burned is always the sum of all purses. Whose a part of a purse is (a host's deposit,
 * a lane's cap) is written in the record of whoever moves it, by the caller. Nothing here may fail:
 * who asks has looked before. Spec: ledger.md#money.
 */
final class Bank {
  private final LedgerState state;

  Bank(LedgerState state) {
    this.state = state;
  }

  Amount balance(Address account) {
    return state.accounts.get(account).map(a -> new Amount(a.getBalance())).orElse(Amount.ZERO);
  }

  boolean canPay(Address account, Amount amount) {
    return balance(account).compareTo(amount) >= 0;
  }

  /** From one account to another, which begins with it if it is new. */
  void send(Address from, Address to, Amount amount) {
    takeBalance(from, amount);
    addBalance(to, amount);
  }

  /** From an account into a purse. */
  void pay(Address from, Purse to, Amount amount) {
    takeBalance(from, amount);
    move(Purse.BALANCES, to, amount);
  }

  /** From a purse to an account, which begins with it if it is new. */
  void release(Purse from, Address to, Amount amount) {
    move(from, Purse.BALANCES, amount);
    addBalance(to, amount);
  }

  void move(Purse from, Purse to, Amount amount) {
    Supply.Builder supply = state.supply.get().toBuilder();
    add(supply, from, -amount.nanoCoins());
    add(supply, to, amount.nanoCoins());
    state.supply.put(supply.build());
  }

  void mint(Purse to, Amount amount) {
    Check.that(to != Purse.BALANCES, "what is minted for an account names the account");
    mintInto(to, amount);
  }

  void mint(Address to, Amount amount) {
    mintInto(Purse.BALANCES, amount);
    addBalance(to, amount);
  }

  private void mintInto(Purse to, Amount amount) {
    Supply.Builder supply = state.supply.get().toBuilder();
    supply.setMinted(Math.addExact(supply.getMinted(), amount.nanoCoins()));
    add(supply, to, amount.nanoCoins());
    state.supply.put(supply.build());
  }

  void burn(Purse from, Amount amount) {
    Check.that(from != Purse.BALANCES, "what an account has is burned by its name");
    burnFrom(from, amount);
  }

  /** Burns what an account has. */
  void burn(Address from, Amount amount) {
    takeBalance(from, amount);
    burnFrom(Purse.BALANCES, amount);
  }

  private void burnFrom(Purse from, Amount amount) {
    Supply.Builder supply = state.supply.get().toBuilder();
    supply.setBurned(Math.addExact(supply.getBurned(), amount.nanoCoins()));
    add(supply, from, -amount.nanoCoins());
    state.supply.put(supply.build());
  }

  private void takeBalance(Address from, Amount amount) {
    AccountState account = state.accounts.require(from);
    Check.that(account.getBalance() >= amount.nanoCoins(), "who pays was seen to be able to");
    state.accounts.put(
        from, account.toBuilder().setBalance(account.getBalance() - amount.nanoCoins()).build());
  }

  private void addBalance(Address to, Amount amount) {
    AccountState account = state.accounts.get(to).orElseGet(state::newAccount);
    state.accounts.put(
        to,
        account.toBuilder()
            .setBalance(Math.addExact(account.getBalance(), amount.nanoCoins()))
            .build());
  }

  private static void add(Supply.Builder supply, Purse purse, long difference) {
    switch (purse) {
      case BALANCES -> supply.setBalances(sum(supply.getBalances(), difference));
      case HOST_DEPOSITS -> supply.setHostDeposits(sum(supply.getHostDeposits(), difference));
      case COLLATERAL -> supply.setCollateral(sum(supply.getCollateral(), difference));
      case SESSIONS -> supply.setSessions(sum(supply.getSessions(), difference));
      case HELD -> supply.setHeld(sum(supply.getHeld(), difference));
      case DISPUTES -> supply.setDisputes(sum(supply.getDisputes(), difference));
      case COMMUNITY_FUND -> supply.setCommunityFund(sum(supply.getCommunityFund(), difference));
      case TRAINING_FUND -> supply.setTrainingFund(sum(supply.getTrainingFund(), difference));
    }
  }

  private static long sum(long purse, long difference) {
    long sum = Math.addExact(purse, difference);
    Check.that(sum >= 0, "a purse never holds less than nothing");
    return sum;
  }
}
