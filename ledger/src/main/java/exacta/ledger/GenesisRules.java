package exacta.ledger;

import com.google.protobuf.ByteString;
import exacta.crypto.Address;
import exacta.crypto.Ed25519Key;
import exacta.ledger.state.ConfigState;
import exacta.ledger.state.ConsensusKeyState;
import exacta.ledger.state.CountersState;
import exacta.ledger.state.EmissionState;
import exacta.ledger.state.HeadState;
import exacta.ledger.state.HostState;
import exacta.ledger.state.PoolState;
import exacta.primitives.Amount;
import exacta.primitives.Digest32;
import exacta.primitives.ExactaException;
import exacta.primitives.Hasher;
import exacta.protocol.Bounds;
import exacta.protocol.Wire;
import exacta.protocol.v1.ChainParameters;
import exacta.protocol.v1.FormerConsensusKey;
import exacta.protocol.v1.Genesis;
import exacta.protocol.v1.GenesisAccount;
import exacta.protocol.v1.GenesisHost;
import exacta.protocol.v1.GenesisValidator;
import exacta.protocol.v1.ModelRecord;
import exacta.protocol.v1.PoolCommitment;
import exacta.protocol.v1.Supply;
import java.util.List;
import java.util.Optional;

/** Writes the state before the first block. Spec: ledger.md#genesis. */
final class GenesisRules {
  private final LedgerState state;

  GenesisRules(LedgerState state) {
    this.state = state;
  }

  void write(Genesis genesis) {
    ChainParameters parameters = genesis.getParameters();
    Parameters.validate(parameters);
    String chainId = genesis.getChainId();
    require(
        !chainId.isEmpty()
            && chainId.length() <= Bounds.CHAIN_ID_BYTES_MAX
            && chainId.chars().allMatch(c -> c > ' ' && c < 0x7f),
        "chain_id has 1 to 64 visible ASCII characters");
    require(
        RuleBook.faults(genesis.getRulesList()).findAny().isEmpty(),
        "heights and versions of the rules rise, from block 1 and version 2 on");
    state.config.put(
        ConfigState.newBuilder()
            .setChainId(chainId)
            .setParameters(parameters)
            .setRulesVersion(1)
            .addAllRules(genesis.getRulesList())
            .build());
    state.head.put(
        HeadState.newBuilder()
            .setTimeMillis(genesis.getTimeMillis())
            .setPool(Wire.bytes(Hasher.of("pool-genesis").text(chainId).finish()))
            .build());
    state.counters.put(CountersState.getDefaultInstance());
    state.supply.put(Supply.getDefaultInstance());
    state.emission.put(EmissionState.newBuilder().setAmount(parameters.getEmission()).build());
    addFunds(genesis);
    genesis.getAccountsList().forEach(this::addAccount);
    genesis.getModelsList().forEach(this::addModel);
    genesis.getHostsList().forEach(host -> addHost(host, parameters));
    genesis.getPoolList().forEach(this::addProposer);
    addValidators(genesis.getValidatorsList());
    genesis.getFormerKeysList().forEach(this::addFormerKey);
    require(
        state.supply.get().getMinted() <= parameters.getSupplyCap(),
        "what genesis mints is at most the supply's cap");
    new Plans(state).freeze(0);
  }

  private static void require(boolean condition, String rule) {
    if (!condition) {
      throw ExactaException.fatal("the genesis breaks a rule: " + rule);
    }
  }

  private static Address address(String text) {
    Optional<Address> address = Address.parse(text);
    require(address.isPresent(), "'" + text + "' is an address");
    return address.orElseThrow();
  }

  private Amount amount(String what, long amount) {
    long room = state.parameters().getSupplyCap() - state.supply.get().getMinted();
    require(amount >= 0 && amount <= room, what + " fits under the supply's cap");
    return new Amount(amount);
  }

  /** What was burned counts as minted, so that it is not minted again. */
  private void addFunds(Genesis genesis) {
    Amount burned = amount("what was burned", genesis.getBurned());
    state.bank.mint(Purse.COMMUNITY_FUND, burned);
    state.bank.burn(Purse.COMMUNITY_FUND, burned);
    state.bank.mint(Purse.COMMUNITY_FUND, amount("the community fund", genesis.getCommunityFund()));
    state.bank.mint(Purse.TRAINING_FUND, amount("the training fund", genesis.getTrainingFund()));
  }

  private void addAccount(GenesisAccount account) {
    Address address = address(account.getAddress());
    require(!state.accounts.has(address), "account " + address + " is named once");
    state.bank.mint(address, amount("the balance of " + address, account.getBalance()));
  }

  private void addModel(ModelRecord model) {
    require(model.getRoot().size() == Digest32.BYTES, "a model's root has 32 bytes");
    require(
        !model.getName().isEmpty() && model.getName().length() <= 128,
        "a model's name has 1 to 128 characters");
    require(
        !state.models.has(Wire.digest(model.getRoot())) && !state.modelNames.has(model.getName()),
        "model " + model.getName() + " is listed once");
    new HostRules(state).putModel(model);
  }

  private void addHost(GenesisHost host, ChainParameters parameters) {
    Address address = address(host.getAddress());
    require(!state.hosts.has(address), "host " + address + " is named once");
    host.getAsksList()
        .forEach(
            ask -> require(ask.getModel().size() == Digest32.BYTES, "a model's root has 32 bytes"));
    require(
        isReputation(host.getSprintReputation(), parameters)
            && isReputation(host.getReceiptReputation(), parameters),
        "the reputations of host " + address + " are 0 to reputation_max");
    require(
        host.getOperator().isEmpty() || state.accounts.has(address(host.getOperator())),
        "the operator of host " + address + " has an account");
    Optional<String> fault = new HostRules(state).faultOf(host.getAsksList());
    require(fault.isEmpty(), "host " + address + ": " + fault.orElse(""));
    Amount deposit = amount("the deposit of " + address, parameters.getHostDeposit());
    state.bank.mint(Purse.HOST_DEPOSITS, deposit);
    Amount collateral = amount("the collateral of " + address, host.getCollateral());
    state.bank.mint(Purse.COLLATERAL, collateral);
    state.hosts.put(
        address,
        HostState.newBuilder()
            .setAddress(host.getAddress())
            .setUrl(host.getUrl())
            .addAllAsks(host.getAsksList())
            .setRegistered(true)
            .setDeposit(deposit.nanoCoins())
            .setCollateral(collateral.nanoCoins())
            .setSprintReputation(host.getSprintReputation())
            .setReceiptReputation(host.getReceiptReputation())
            .setOperator(host.getOperator())
            .build());
  }

  private static boolean isReputation(int reputation, ChainParameters parameters) {
    return reputation >= 0 && reputation <= parameters.getReputationMax();
  }

  /** With the powers that genesis names; with equal ones if it names none. */
  private void addValidators(List<GenesisValidator> validators) {
    long count = validators.stream().filter(each -> each.getPower() != 0).count();
    boolean areEqual = count == 0;
    require(
        (areEqual ? validators.size() : count) <= Limits.VALIDATORS_MAX,
        "there are at most " + Limits.VALIDATORS_MAX + " validators");
    long room = ValidatorPowers.TOTAL;
    for (GenesisValidator validator : validators) {
      long power = areEqual ? ValidatorPowers.TOTAL / validators.size() : validator.getPower();
      require(
          power >= 0 && power <= room,
          "the validators' powers are at most " + ValidatorPowers.TOTAL + " together");
      room -= power;
      addValidator(validator, power);
    }
  }

  private void addValidator(GenesisValidator validator, long power) {
    Address host = address(validator.getHost());
    ByteString key = validator.getConsensusKey();
    require(state.hosts.has(host), "validator " + host + " is a host");
    requireNewKey(key, "validator " + host);
    require(!state.validators.has(host), "validator " + host + " is named once");
    new ValidatorRules(state).putKey(host, key, 0);
    if (power > 0) {
      new ValidatorSet(state).put(key, power);
    }
  }

  private void requireNewKey(ByteString key, String whose) {
    require(key.size() == Ed25519Key.BYTES, "a consensus key has 32 bytes");
    require(
        !state.consensusKeys.has(ConsensusAddress.ofKey(key.toByteArray())),
        "the consensus key of " + whose + " is named once");
  }

  /** Nobody's key any more; it only must not be registered again. */
  private void addFormerKey(FormerConsensusKey former) {
    Address host = address(former.getHost());
    ByteString key = former.getConsensusKey();
    requireNewKey(key, host + " that it had before");
    state.consensusKeys.put(
        ConsensusAddress.ofKey(key.toByteArray()),
        ConsensusKeyState.newBuilder()
            .setHost(host.toString())
            .setKey(key)
            .setPunished(former.getPunished())
            .build());
  }

  private void addProposer(PoolCommitment commitment) {
    Address proposer = address(commitment.getProposer());
    require(!state.pool.has(proposer), "proposer " + proposer + " is named once");
    require(commitment.getAnchor().size() == Digest32.BYTES, "a proposer's anchor has 32 bytes");
    require(commitment.getRevealed() >= 0, "a proposer revealed less than 2^63 links");
    state.pool.put(
        proposer,
        PoolState.newBuilder()
            .setLink(commitment.getAnchor())
            .setRevealed(commitment.getRevealed())
            .build());
  }
}
