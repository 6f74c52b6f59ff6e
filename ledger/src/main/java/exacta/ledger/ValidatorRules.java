package exacta.ledger;

import com.google.protobuf.ByteString;
import exacta.crypto.Address;
import exacta.ledger.state.ConsensusKeyState;
import exacta.ledger.state.HostState;
import exacta.ledger.state.PoolState;
import exacta.ledger.state.TallyState;
import exacta.ledger.state.ValidatorState;
import exacta.primitives.Amount;
import exacta.protocol.ConsensusKeys;
import exacta.protocol.v1.DisputeKind;
import exacta.protocol.v1.MsgRegisterValidator;
import java.util.Optional;

/**
 * Hosts as validators: their keys, what they sign, and what signing twice costs. Spec:
 * ledger.md#validators.
 */
final class ValidatorRules {
  /** Whole epochs between a commitment to a hash chain and its first link. */
  private static final int EPOCHS_BEFORE_LINKS = 1;

  /** The part of the collateral that a double signature takes, in per mille. */
  private static final int DOUBLE_SIGN_SHARE = 50;

  private final LedgerState state;

  ValidatorRules(LedgerState state) {
    this.state = state;
  }

  Verdict register(MsgRegisterValidator register) {
    Address host = Address.ofText(register.getHost());
    Optional<HostState> known = state.hosts.get(host).filter(HostState::getRegistered);
    if (known.isEmpty()) {
      return Verdict.refused(Refusal.HOST_UNKNOWN, host + " is no registered host");
    }
    if (!ConsensusKeys.isProven(state.chainId(), register)) {
      return Verdict.refused(
          Refusal.UNAUTHORIZED, "the proof is not the consensus key's signature for this host");
    }
    ByteString key = register.getConsensusKey();
    if (state.consensusKeys.has(ConsensusAddress.ofKey(key.toByteArray()))) {
      return Verdict.refused(Refusal.ALREADY_DONE, "this consensus key was registered before");
    }
    long since = state.epoch() + 1 + EPOCHS_BEFORE_LINKS;
    ValidatorState before =
        state.validators.get(host).orElseGet(ValidatorState::getDefaultInstance);
    if (before.getSinceEpoch() == since) {
      return Verdict.refused(Refusal.ALREADY_DONE, "a host registers one consensus key an epoch");
    }
    putKey(host, key, since);
    state.pool.put(
        host, PoolState.newBuilder().setLink(register.getAnchor()).setSinceEpoch(since).build());
    return Verdict.accepted();
  }

  /** Notes a key that is new. */
  void putKey(Address host, ByteString key, long since) {
    state.consensusKeys.put(
        ConsensusAddress.ofKey(key.toByteArray()),
        ConsensusKeyState.newBuilder().setHost(host.toString()).setKey(key).build());
    ValidatorState before =
        state.validators.get(host).orElseGet(ValidatorState::getDefaultInstance);
    state.validators.put(host, before.toBuilder().setKey(key).setSinceEpoch(since).build());
  }

  /** What consensus tells about the block before: who did not sign it, and who signed twice. */
  void beginBlock(Block block) {
    Plans plans = new Plans(state);
    for (Block.Vote vote : block.votes()) {
      Optional<ConsensusKeyState> key = state.consensusKeys.get(vote.validator());
      if (!vote.isPresent() && key.isPresent()) {
        Address host = Address.ofText(key.get().getHost());
        TallyState tally = plans.tally(state.epoch(), host);
        state.tallies.put(
            new HostKey(state.epoch(), host),
            tally.toBuilder().setMissedBlocks(tally.getMissedBlocks() + 1).build());
      }
    }
    block.doubleSigners().forEach(this::punish);
  }

  /** Once per key, however often consensus tells of it. All that is lost is burned. */
  private void punish(ConsensusAddress validator) {
    Optional<ConsensusKeyState> key =
        state.consensusKeys.get(validator).filter(known -> !known.getPunished());
    if (key.isEmpty()) {
      return;
    }
    state.consensusKeys.put(validator, key.get().toBuilder().setPunished(true).build());
    Address address = Address.ofText(key.get().getHost());
    Optional<HostState> known = state.hosts.get(address);
    if (known.isEmpty()) {
      // A former key, of another chain, whose host did not come over.
      return;
    }
    HostState host = known.get();
    Amount loss = new Amount(host.getCollateral()).share(DOUBLE_SIGN_SHARE, 1000);
    state.bank.burn(Purse.COLLATERAL, loss);
    state.hosts.put(
        address, host.toBuilder().setCollateral(host.getCollateral() - loss.nanoCoins()).build());
    new Convictions(state)
        .record(
            address,
            DisputeKind.DISPUTE_KIND_DOUBLE_SIGNATURE,
            Optional.empty(),
            loss,
            state.epoch(),
            0);
  }

  /** The weight of a convicted host's plans up to now gives no power again. */
  void forgetWeight(Address host) {
    state
        .validators
        .get(host)
        .ifPresent(validator ->
            state.validators.put(
                host, validator.toBuilder().setWeightSinceEpoch(state.epoch() + 1).build()));
  }
}
