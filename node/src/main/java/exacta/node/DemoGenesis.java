package exacta.node;

import com.google.protobuf.ByteString;
import exacta.crypto.PrivateKey;
import exacta.engine.gguf.ModelIdentity;
import exacta.primitives.Amount;
import exacta.protocol.v1.Ask;
import exacta.protocol.v1.ChainParameters;
import exacta.protocol.v1.Genesis;
import exacta.protocol.v1.GenesisAccount;
import exacta.protocol.v1.GenesisHost;
import exacta.protocol.v1.ModelRecord;
import exacta.protocol.v1.PoolCommitment;
import java.util.List;

/** How a network on this machine begins. */
final class DemoGenesis {
  static final Amount HOST_BALANCE = Amount.ofCoins(10_000);
  static final Amount HOST_COLLATERAL = Amount.ofCoins(1_000);
  static final Amount DEVELOPER_BALANCE = Amount.ofCoins(1_000_000);

  private DemoGenesis() {}

  /**
   * The model that everybody begins with.
   *
   * @param name plain, since it is in the default set
   * @param ask what each host asks for it
   */
  record OfferedModel(String name, ModelIdentity identity, Ask ask) {}

  static Genesis build(
      String chainId,
      long timeMillis,
      ChainParameters parameters,
      RoleAccounts accounts,
      List<PoolCommitment> proposers,
      Ports ports,
      OfferedModel model) {
    ByteString root = ByteString.copyFrom(model.identity().root().toBytes());
    Genesis.Builder genesis =
        Genesis.newBuilder()
            .setChainId(chainId)
            .setTimeMillis(timeMillis)
            .setParameters(parameters)
            .addAccounts(account(accounts.gateway(), DEVELOPER_BALANCE))
            .addAccounts(account(accounts.testKey(), DEVELOPER_BALANCE))
            .addModels(
                ModelRecord.newBuilder()
                    .setName(model.name())
                    .setRoot(root)
                    .setCardBytes(model.identity().cardBytes())
                    .setWeightBytes(model.identity().weightBytes())
                    .setLeafCount(model.identity().leafCount()))
            .addAllPool(proposers);
    for (int host = 0; host < accounts.hosts().size(); host++) {
      PrivateKey key = accounts.hosts().get(host);
      genesis
          .addAccounts(account(key, HOST_BALANCE))
          .addHosts(
              GenesisHost.newBuilder()
                  .setAddress(key.address().toString())
                  .setCollateral(HOST_COLLATERAL.nanoCoins())
                  .setUrl(ports.hostUri(host).toString())
                  .addAsks(model.ask()));
    }
    return genesis.build();
  }

  /** What a proposer commits to. */
  static PoolCommitment commitment(ProposerChain secrets) {
    return PoolCommitment.newBuilder()
        .setProposer(secrets.proposer().toString())
        .setAnchor(ByteString.copyFrom(secrets.anchor().toBytes()))
        .build();
  }

  private static GenesisAccount account(PrivateKey key, Amount balance) {
    return GenesisAccount.newBuilder()
        .setAddress(key.address().toString())
        .setBalance(balance.nanoCoins())
        .build();
  }
}
