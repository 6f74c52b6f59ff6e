package exacta.bench.chain;

import exacta.crypto.PrivateKey;
import exacta.ledger.Parameters;
import exacta.primitives.Amount;
import exacta.primitives.Philox;
import exacta.protocol.Denomination;
import exacta.protocol.Message;
import exacta.protocol.TransactionBuilder;
import exacta.protocol.cosmos.bank.MsgSend;
import exacta.protocol.v1.Genesis;
import exacta.protocol.v1.GenesisAccount;
import java.util.ArrayList;
import java.util.List;

/**
 * Signed transfers with a fee, each from the account that sent longest ago to any account. Their
 * order follows from a seed.
 */
final class Transfers {
  static final String CHAIN_ID = "exacta-bench";
  private static final long GAS_PRICE = 1;
  private static final long WEALTH = Amount.ofCoins(100).nanoCoins();

  private final Population population;
  private long sent;

  Transfers(Population population) {
    this.population = population;
  }

  static Genesis genesis(Population population) {
    Genesis.Builder genesis =
        Genesis.newBuilder()
            .setChainId(CHAIN_ID)
            .setTimeMillis(1)
            .setParameters(
                Parameters.oneMachine().toBuilder()
                    .setEpochBlocks(120_000)
                    .setMinimumGasPrice(GAS_PRICE));
    population
        .addresses()
        .forEach(address ->
            genesis.addAccounts(
                GenesisAccount.newBuilder().setAddress(address.toString()).setBalance(WEALTH)));
    return genesis.build();
  }

  List<byte[]> next(int count) {
    List<byte[]> transactions = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      transactions.add(next());
    }
    return transactions;
  }

  private byte[] next() {
    int sender = (int) (sent % population.keys().size());
    long sequence = sent / population.keys().size();
    PrivateKey key = population.keys().get(sender);
    int[] words = new int[4];
    Philox.block(1, 0, (int) sent, 0, 0, 0, words, 0);
    int recipient = Integer.remainderUnsigned(words[0], population.addresses().size());
    sent++;
    Message send =
        new Message.Send(
            MsgSend.newBuilder()
                .setFromAddress(key.address().toString())
                .setToAddress(population.addresses().get(recipient).toString())
                .addAmount(Denomination.of(Amount.ofNano(1 + (words[1] & 0xffff))))
                .build());
    return TransactionBuilder.build(
        List.of(send),
        key,
        new TransactionBuilder.Account(CHAIN_ID, sender, sequence),
        GAS_PRICE,
        "");
  }
}
