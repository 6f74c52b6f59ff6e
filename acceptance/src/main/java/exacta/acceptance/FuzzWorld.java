package exacta.acceptance;

import exacta.crypto.Address;
import exacta.crypto.PrivateKey;
import exacta.ledger.Parameters;
import exacta.primitives.Amount;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import exacta.protocol.PoolLinks;
import exacta.protocol.Wire;
import exacta.protocol.v1.Ask;
import exacta.protocol.v1.Genesis;
import exacta.protocol.v1.GenesisAccount;
import exacta.protocol.v1.GenesisHost;
import exacta.protocol.v1.ModelRecord;
import exacta.protocol.v1.PoolCommitment;
import java.util.ArrayList;
import java.util.List;

/** The chain that is fuzzed, and whoever has an account there. */
final class FuzzWorld {
  static final String CHAIN = "exacta-fuzz";
  static final long GENESIS_MILLIS = 1_700_000_000_000L;

  /** They sign what is fuzzed; the first four are hosts. */
  static final List<PrivateKey> PEOPLE = people();

  /** Signs good transactions only, number {@link #PROBER_NUMBER} of the genesis. */
  static final PrivateKey PROBER = key("prober");

  static final int PROBER_NUMBER = PEOPLE.size();

  /** Nobody knows it, so nobody sends it anything: its balance stays. */
  static final Address UNTOUCHED = key("untouched").address();

  static final long UNTOUCHED_BALANCE = 1_234_567;
  static final Digest32 MODEL = Hasher.of("fuzz-model").finish();
  private static final Address PROPOSER = key("proposer").address();
  private static final int HOSTS = 4;
  private static final int LINKS = 50_000;
  private static final List<Digest32> CHAIN_OF_LINKS = links();

  private FuzzWorld() {}

  private static PrivateKey key(String name) {
    return PrivateKey.of(Hasher.of("fuzz").text(name).finish().toBytes());
  }

  private static List<PrivateKey> people() {
    List<PrivateKey> people = new ArrayList<>();
    for (int i = 0; i < HOSTS; i++) {
      people.add(key("host" + i));
    }
    people.add(key("alice"));
    people.add(key("bob"));
    return List.copyOf(people);
  }

  private static List<Digest32> links() {
    List<Digest32> links = new ArrayList<>();
    links.add(Hasher.of("fuzz-secret").finish());
    for (int i = 0; i < LINKS; i++) {
      links.add(PoolLinks.previous(links.getLast()));
    }
    return List.copyOf(links.reversed());
  }

  /** The proposer's link in a block. */
  static byte[] link(long height) {
    int index = Math.toIntExact(Math.min(height, LINKS));
    return PoolLinks.transaction(PROPOSER, CHAIN_OF_LINKS.get(index));
  }

  static Genesis genesis() {
    Genesis.Builder genesis =
        Genesis.newBuilder()
            .setChainId(CHAIN)
            .setTimeMillis(GENESIS_MILLIS)
            .setParameters(Parameters.oneMachine())
            .addModels(
                ModelRecord.newBuilder()
                    .setName("fuzz-model")
                    .setRoot(Wire.bytes(MODEL))
                    .setCardBytes(1000)
                    .setWeightBytes(1_000_000)
                    .setLeafCount(10))
            .addPool(
                PoolCommitment.newBuilder()
                    .setProposer(PROPOSER.toString())
                    .setAnchor(Wire.bytes(CHAIN_OF_LINKS.getFirst())));
    for (PrivateKey key : PEOPLE) {
      genesis.addAccounts(account(key.address(), Amount.ofCoins(1_000_000).nanoCoins()));
    }
    genesis
        .addAccounts(account(PROBER.address(), Amount.ofCoins(1_000).nanoCoins()))
        .addAccounts(account(UNTOUCHED, UNTOUCHED_BALANCE));
    for (PrivateKey host : PEOPLE.subList(0, HOSTS)) {
      genesis.addHosts(
          GenesisHost.newBuilder()
              .setAddress(host.address().toString())
              .setUrl("http://127.0.0.1:9400")
              .setCollateral(Amount.ofCoins(1_000).nanoCoins())
              .addAsks(
                  Ask.newBuilder()
                      .setModel(Wire.bytes(MODEL))
                      .setInputPrice(1)
                      .setOutputPrice(1)
                      .setContextLength(2048)));
    }
    return genesis.build();
  }

  private static GenesisAccount account(Address address, long balance) {
    return GenesisAccount.newBuilder().setAddress(address.toString()).setBalance(balance).build();
  }
}
