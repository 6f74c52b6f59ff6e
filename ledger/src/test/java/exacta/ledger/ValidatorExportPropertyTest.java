package exacta.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import exacta.crypto.Address;
import exacta.crypto.Ed25519Key;
import exacta.ledger.state.ActiveValidator;
import exacta.ledger.state.ConsensusKeyState;
import exacta.ledger.state.TallyState;
import exacta.ledger.state.ValidatorState;
import exacta.primitives.Hasher;
import exacta.primitives.Height;
import exacta.protocol.ConsensusKeys;
import exacta.protocol.Message;
import exacta.protocol.PoolLinks;
import exacta.protocol.v1.DisputeKind;
import exacta.protocol.v1.Genesis;
import exacta.protocol.v1.GenesisValidator;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Validators that change their keys, sign twice, are convicted and gain weight, at random: whenever
 * the state becomes another chain's genesis, each key is there what it was.
 */
@Timeout(120)
class ValidatorExportPropertyTest {
  private static final String NEW_CHAIN = "exacta-next";
  private static final long EPOCH = Parameters.oneMachine().getEpochBlocks();

  /** What a key is on the old chain, so that a run without one of them is noticed. */
  private enum Seen {
    WITH_POWER,
    WITHOUT_POWER,
    REPLACED_WITH_POWER,
    PUNISHED_WITH_POWER,
    PUNISHED_LONG_AGO,
    OF_NO_HOST
  }

  private final Set<Seen> seen = EnumSet.noneOf(Seen.class);

  @Test
  void everyKeyStaysWhatItWas() {
    for (long seed = 1; seed <= 6; seed++) {
      Play play = new Play(seed);
      for (int step = 0; step < 40; step++) {
        play.act();
        try {
          compare(play.scenario.store, step % 8 == 0 ? play.secrets() : List.of());
        } catch (AssertionError e) {
          throw new AssertionError("seed %d, step %d".formatted(seed, step), e);
        }
      }
    }
    assertEquals(EnumSet.allOf(Seen.class), seen);
  }

  private void compare(MemoryStore old, List<Ed25519Key> secrets) {
    Genesis genesis = Ledger.export(old, NEW_CHAIN);
    MemoryStore fresh = begun(genesis);
    LedgerState before = new LedgerState(old);
    LedgerState after = new LedgerState(fresh);
    boolean areAllGone = true;
    for (ConsensusKeyState key : before.consensusKeys.values()) {
      if (goesOn(before, after, key) && power(before, key) > 0) {
        areAllGone = false;
      }
    }
    for (ConsensusKeyState key : before.consensusKeys.values()) {
      boolean goesOn = goesOn(before, after, key);
      note(before, key, goesOn, after.hosts.has(Address.ofText(key.getHost())));
      assertEquals(
          key, after.consensusKeys.require(ConsensusAddress.ofKey(key.getKey().toByteArray())));
      if (!areAllGone) {
        assertEquals(goesOn ? power(before, key) : 0, power(after, key));
      }
      assertEquals(goesOn, isCurrent(after, key));
    }
    assertEquals(before.consensusKeys.values().size(), after.consensusKeys.values().size());
    long withPower = after.activeValidators.values().size();
    assertEquals(after.validators.values().isEmpty(), withPower == 0);
    assertEquals(
        genesis, Ledger.export(fresh, "exacta-third").toBuilder().setChainId(NEW_CHAIN).build());
    noneIsRegisteredAgain(after, secrets);
  }

  private static boolean goesOn(LedgerState before, LedgerState after, ConsensusKeyState key) {
    return isCurrent(before, key)
        && !key.getPunished()
        && after.hosts.has(Address.ofText(key.getHost()));
  }

  private static boolean isCurrent(LedgerState state, ConsensusKeyState key) {
    return state
        .validators
        .get(Address.ofText(key.getHost()))
        .map(ValidatorState::getKey)
        .filter(key.getKey()::equals)
        .isPresent();
  }

  private static long power(LedgerState state, ConsensusKeyState key) {
    return state.activeValidators.get(key.getKey()).map(ActiveValidator::getPower).orElse(0L);
  }

  private void note(LedgerState before, ConsensusKeyState key, boolean goesOn, boolean isHost) {
    boolean hasPower = power(before, key) > 0;
    if (goesOn) {
      seen.add(hasPower ? Seen.WITH_POWER : Seen.WITHOUT_POWER);
    } else if (!isHost) {
      seen.add(Seen.OF_NO_HOST);
    } else if (key.getPunished()) {
      seen.add(hasPower ? Seen.PUNISHED_WITH_POWER : Seen.PUNISHED_LONG_AGO);
    } else if (hasPower) {
      seen.add(Seen.REPLACED_WITH_POWER);
    }
  }

  /** By whomever, with a proof that holds on the new chain. */
  private static void noneIsRegisteredAgain(LedgerState state, List<Ed25519Key> secrets) {
    Address host = Address.ofText(state.hosts.values().getFirst().getAddress());
    for (Ed25519Key secret : secrets) {
      Message.RegisterValidator again =
          ConsensusKeys.register(
              NEW_CHAIN, host, secret, PoolLinks.previous(Hasher.of("again").finish()));
      assertEquals(
          Optional.of(Refusal.ALREADY_DONE),
          refusal(new ValidatorRules(state).register(again.body())));
    }
  }

  private static Optional<Refusal> refusal(Verdict verdict) {
    return verdict instanceof Verdict.Refused refused
        ? Optional.of(refused.refusal())
        : Optional.empty();
  }

  private static MemoryStore begun(Genesis genesis) {
    MemoryStore fresh = new MemoryStore();
    new Ledger(new FakeReplay()).initialize(fresh, genesis);
    return fresh;
  }

  /** Nobody looks up the host of a key that came without one. */
  @Test
  void aFormerKeyThatSignsTwiceStopsNobody() {
    Play play = new Play(1);
    play.convict("host1");
    MemoryStore fresh = begun(Ledger.export(play.scenario.store, NEW_CHAIN));
    assertFalse(new LedgerState(fresh).hosts.has(play.scenario.address("host1")));
    ConsensusAddress gone = ConsensusAddress.ofKey(Play.secret("host1", 0).publicKey());
    new Ledger(new FakeReplay())
        .apply(
            fresh,
            new Block(
                new Height(1), 5_000_000, List.of(), List.of(), Optional.empty(), List.of(gone)));
    assertTrue(new LedgerState(fresh).consensusKeys.require(gone).getPunished());
    assertEquals(List.of(), Ledger.audit(fresh));
  }

  /** The others share the power when all who had some are gone. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void aChainDoesNotBeginWithNobody(int punished) {
    Play play = new Play(2);
    play.registerAll();
    for (int i = 0; i < punished; i++) {
      play.signTwice("host" + i, 0);
    }
    List<ValidatorPower> powers =
        new Ledger(new FakeReplay())
            .validators(begun(Ledger.export(play.scenario.store, NEW_CHAIN)));
    assertEquals(List.of(250_000L, 250_000L, 250_000L, 250_000L), powers(powers));
  }

  private static List<Long> powers(List<ValidatorPower> validators) {
    return validators.stream().map(ValidatorPower::power).toList();
  }

  /** A chain with four validators, and what may happen to them. */
  private static final class Play {
    final Scenario scenario = new Scenario();
    private final Random random;
    private final int[] newest = new int[Scenario.HOSTS];

    Play(long seed) {
      random = new Random(seed);
      MemoryStore fresh = new MemoryStore();
      Genesis.Builder genesis = scenario.genesis(Parameters.oneMachine());
      for (int i = 0; i < Scenario.HOSTS; i++) {
        genesis.addValidators(
            GenesisValidator.newBuilder()
                .setHost(scenario.address("host" + i).toString())
                .setConsensusKey(ByteString.copyFrom(secret("host" + i, 0).publicKey())));
      }
      scenario.ledger.initialize(fresh, genesis.build());
      scenario.store.replaceBy(fresh);
      scenario.stirs = false;
    }

    static Ed25519Key secret(String host, int number) {
      return Ed25519Key.of(
          Hasher.of("test-consensus").text(host).integer(number).finish().toBytes());
    }

    /** Of all keys that were ever registered. */
    List<Ed25519Key> secrets() {
      List<Ed25519Key> secrets = new ArrayList<>();
      for (int i = 0; i < Scenario.HOSTS; i++) {
        for (int number = 0; number <= newest[i]; number++) {
          secrets.add(secret("host" + i, number));
        }
      }
      return secrets;
    }

    void act() {
      String host = "host" + random.nextInt(Scenario.HOSTS);
      switch (random.nextInt(8)) {
        case 0, 1 -> register(host);
        case 2 -> signTwice(host, random.nextInt(newest[host.charAt(4) - '0'] + 1));
        case 3 -> {
          if (random.nextInt(5) == 0) {
            convict(host);
          }
        }
        case 4, 5 -> endEpoch();
        default -> scenario.advance();
      }
    }

    void registerAll() {
      for (int i = 0; i < Scenario.HOSTS; i++) {
        register("host" + i);
      }
    }

    /** A new key, where the rules allow one. */
    void register(String host) {
      int index = host.charAt(4) - '0';
      Message message =
          ConsensusKeys.register(
              Scenario.CHAIN_ID,
              scenario.address(host),
              secret(host, newest[index] + 1),
              PoolLinks.previous(Hasher.of("test-link").finish()));
      if (scenario.send(host, message).isAccepted()) {
        newest[index]++;
      }
    }

    void signTwice(String host, int number) {
      apply(List.of(ConsensusAddress.ofKey(secret(host, number).publicKey())));
    }

    void convict(String host) {
      LedgerState state = new LedgerState(scenario.store);
      boolean isLast =
          state.hosts.values().stream().filter(each -> each.getRegistered()).count() == 1;
      if (!isLast && state.hosts.require(scenario.address(host)).getRegistered()) {
        new Convictions(state)
            .convict(
                scenario.address(host),
                DisputeKind.DISPUTE_KIND_SPRINT,
                scenario.address("bob"),
                scenario.epoch(),
                1);
      }
    }

    /** Goes to the next epoch, whose plan has random weights. */
    void endEpoch() {
      LedgerState state = new LedgerState(scenario.store);
      for (int i = 0; i < Scenario.HOSTS; i++) {
        HostKey key = new HostKey(scenario.epoch(), scenario.address("host" + i));
        TallyState tally = state.tallies.get(key).orElse(TallyState.getDefaultInstance());
        state.tallies.put(key, tally.toBuilder().setCounted(random.nextInt(300)).build());
      }
      scenario.advanceTo((scenario.epoch() + 1) * EPOCH);
    }

    private void apply(List<ConsensusAddress> doubles) {
      long height = scenario.height() + 1;
      scenario.ledger.apply(
          scenario.store,
          new Block(
              new Height(height),
              1_000_000 + height,
              List.of(),
              List.of(),
              Optional.empty(),
              doubles));
    }
  }
}
