package exacta.consensus.abci;

import com.google.protobuf.ByteString;
import exacta.consensus.Application;
import exacta.crypto.Address;
import exacta.crypto.PrivateKey;
import exacta.ledger.ConsensusAddress;
import exacta.ledger.Ledger;
import exacta.ledger.NonceReplay;
import exacta.ledger.Parameters;
import exacta.ledger.ProposerLinks;
import exacta.ledger.StateView;
import exacta.primitives.Amount;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import exacta.protocol.Denomination;
import exacta.protocol.Message;
import exacta.protocol.PoolLinks;
import exacta.protocol.QueryPaths;
import exacta.protocol.Transaction;
import exacta.protocol.TransactionBuilder;
import exacta.protocol.Wire;
import exacta.protocol.cosmos.bank.MsgSend;
import exacta.protocol.cosmos.bank.QueryBalanceRequest;
import exacta.protocol.v1.Genesis;
import exacta.protocol.v1.GenesisAccount;
import exacta.protocol.v1.PoolCommitment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A chain of the real ledger with two accounts, and one proposer with a chain of links. */
final class Money {
  static final String CHAIN = "exacta-abci";
  static final long GENESIS_MILLIS = 1_700_000_000_000L;
  static final PrivateKey RICH = key("rich");
  static final PrivateKey POOR = key("poor");
  static final Amount BALANCE = Amount.ofCoins(1000);

  /** Who sends from the start of the chain, numbered in the order of the genesis. */
  private static final int RICH_NUMBER = 0;

  private static final int LINKS = 400;
  private static final Address PROPOSER = key("proposer").address();

  /** The anchor, and then the links in the order in which they are revealed. */
  private static final List<Digest32> CHAIN_OF_LINKS = chain();

  static final Application APPLICATION =
      new Application(new Ledger(NonceReplay.NONE), Transaction::signerText);

  private Money() {}

  static PrivateKey key(String name) {
    return PrivateKey.of(Hasher.of("abci-test").text(name).finish().toBytes());
  }

  private static List<Digest32> chain() {
    List<Digest32> links = new ArrayList<>();
    Digest32 link = Hasher.of("secret").finish();
    for (int i = 0; i < LINKS; i++) {
      links.addFirst(link);
      link = PoolLinks.previous(link);
    }
    links.addFirst(link);
    return List.copyOf(links);
  }

  static Genesis genesis() {
    return Genesis.newBuilder()
        .setChainId(CHAIN)
        .setTimeMillis(GENESIS_MILLIS)
        .setParameters(Parameters.oneMachine())
        .addAccounts(
            GenesisAccount.newBuilder()
                .setAddress(RICH.address().toString())
                .setBalance(BALANCE.nanoCoins()))
        .addAccounts(
            GenesisAccount.newBuilder().setAddress(POOR.address().toString()).setBalance(1))
        .addPool(
            PoolCommitment.newBuilder()
                .setProposer(PROPOSER.toString())
                .setAnchor(Wire.bytes(CHAIN_OF_LINKS.getFirst())))
        .build();
  }

  /** The transaction with the link of this number, from 1. */
  static byte[] link(long number) {
    return PoolLinks.transaction(PROPOSER, CHAIN_OF_LINKS.get(Math.toIntExact(number)));
  }

  static byte[] transfer(long sequence, Amount amount) {
    Message.Send send =
        new Message.Send(
            MsgSend.newBuilder()
                .setFromAddress(RICH.address().toString())
                .setToAddress(POOR.address().toString())
                .addAmount(Denomination.of(amount))
                .build());
    return TransactionBuilder.build(List.of(send), RICH, CHAIN, RICH_NUMBER, sequence, "");
  }

  static final String BALANCE_PATH = QueryPaths.BALANCE;

  static ByteString balanceOf(PrivateKey account) {
    return QueryBalanceRequest.newBuilder()
        .setAddress(account.address().toString())
        .setDenom(Denomination.NAME)
        .build()
        .toByteString();
  }

  /** The links of the one proposer, as its own node has them. */
  static final class Links implements BlockLinks {
    @Override
    public Optional<byte[]> next(StateView committed) {
      OptionalLong revealed = ProposerLinks.revealed(committed, PROPOSER);
      return revealed.isPresent() && revealed.getAsLong() < LINKS
          ? Optional.of(link(revealed.getAsLong() + 1))
          : Optional.empty();
    }

    @Override
    public ProposerLinks.Standing standing(
        StateView committed, byte[] transaction, Optional<ConsensusAddress> proposer) {
      return ProposerLinks.standing(committed, transaction, proposer);
    }
  }
}
