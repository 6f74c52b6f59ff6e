package exacta.bench.chain;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import exacta.crypto.PrivateKey;
import exacta.ledger.Parameters;
import exacta.primitives.Amount;
import exacta.primitives.Hasher;
import exacta.protocol.Message;
import exacta.protocol.Orders;
import exacta.protocol.QueryPaths;
import exacta.protocol.Sessions;
import exacta.protocol.Signing;
import exacta.protocol.TransactionBuilder;
import exacta.protocol.Wire;
import exacta.protocol.v1.Ask;
import exacta.protocol.v1.Genesis;
import exacta.protocol.v1.GenesisAccount;
import exacta.protocol.v1.GenesisHost;
import exacta.protocol.v1.LaneCap;
import exacta.protocol.v1.ModelRecord;
import exacta.protocol.v1.MsgOpenSession;
import exacta.protocol.v1.MsgReceiptAttest;
import exacta.protocol.v1.MsgSettle;
import exacta.protocol.v1.Order;
import exacta.protocol.v1.QueryAuditsRequest;
import exacta.protocol.v1.QueryAuditsResponse;
import exacta.protocol.v1.ReceiptDuty;
import exacta.protocol.v1.SettlementRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A market of a thousand hosts and as many developers, each with one session of ten lanes: what it
 * sends in an epoch and after it. Every account is host and developer at once.
 */
final class Market {
  static final int HOSTS = 1000;
  static final int LANES = 10;
  private static final int EPOCH_BLOCKS = 120;
  private static final long CAP = 1000;
  private static final ByteString MODEL = Wire.bytes(Hasher.of("bench-model").finish());
  private static final long SUM = 100;

  private final List<PrivateKey> keys = Population.of(HOSTS, HOSTS).keys();
  private final Map<String, Integer> numbers = new TreeMap<>();
  private final long[] sequences = new long[HOSTS];

  Market() {
    for (int i = 0; i < HOSTS; i++) {
      numbers.put(name(i), i);
    }
  }

  private String name(int number) {
    return keys.get(number).address().toString();
  }

  Genesis genesis() {
    Genesis.Builder genesis =
        Genesis.newBuilder()
            .setChainId(Transfers.CHAIN_ID)
            .setTimeMillis(1)
            .setParameters(Parameters.oneMachine().toBuilder().setEpochBlocks(EPOCH_BLOCKS))
            .addModels(
                ModelRecord.newBuilder()
                    .setName("model")
                    .setRoot(MODEL)
                    .setCardBytes(1)
                    .setWeightBytes(1)
                    .setLeafCount(1));
    Ask ask =
        Ask.newBuilder()
            .setModel(MODEL)
            .setInputPrice(Orders.PRICED_TOKENS)
            .setOutputPrice(Orders.PRICED_TOKENS)
            .setContextLength(2048)
            .build();
    for (int i = 0; i < HOSTS; i++) {
      genesis
          .addAccounts(
              GenesisAccount.newBuilder()
                  .setAddress(name(i))
                  .setBalance(Amount.ofCoins(100).nanoCoins()))
          .addHosts(
              GenesisHost.newBuilder()
                  .setAddress(name(i))
                  .setUrl("http://127.0.0.1:9400")
                  .addAsks(ask));
    }
    return genesis.build();
  }

  /** The last block of the epoch that is settled. */
  static long epochEnd() {
    return EPOCH_BLOCKS;
  }

  /** The block after which auditors know what to attest. */
  static long drawn() {
    return EPOCH_BLOCKS
        + Parameters.oneMachine().getSettlementBlocks()
        + Parameters.oneMachine().getPoolDelay();
  }

  private byte[] signed(int sender, List<Message> messages) {
    TransactionBuilder.Account account =
        new TransactionBuilder.Account(Transfers.CHAIN_ID, sender, sequences[sender]++);
    return TransactionBuilder.build(messages, keys.get(sender), account, 0, "");
  }

  /** Everybody opens a session with the next hosts. */
  List<byte[]> sessions() {
    List<byte[]> transactions = new ArrayList<>();
    for (int developer = 0; developer < HOSTS; developer++) {
      MsgOpenSession.Builder open =
          MsgOpenSession.newBuilder()
              .setDeveloper(name(developer))
              .setSessionKey(ByteString.copyFrom(keys.get(developer).publicKey().toBytes()))
              .setLastEpoch(3);
      for (int lane = 0; lane < LANES; lane++) {
        open.addLanes(
            LaneCap.newBuilder().setHost(name((developer + lane) % HOSTS)).setAmount(CAP));
      }
      transactions.add(signed(developer, List.of(new Message.OpenSession(open.build()))));
    }
    return transactions;
  }

  /** Every host settles all its lanes with one transaction. */
  List<byte[]> settlements() {
    List<byte[]> transactions = new ArrayList<>();
    for (int host = 0; host < HOSTS; host++) {
      List<Message> lanes = new ArrayList<>();
      for (int lane = 0; lane < LANES; lane++) {
        lanes.add(settle(host, (host - lane + HOSTS) % HOSTS));
      }
      transactions.add(signed(host, lanes));
    }
    return transactions;
  }

  private Message settle(int host, int developer) {
    PrivateKey sessionKey = keys.get(developer);
    ByteString session = Wire.bytes(Sessions.id(Transfers.CHAIN_ID, sessionKey.address(), 0));
    Order newest =
        Order.newBuilder()
            .setChainId(Transfers.CHAIN_ID)
            .setSession(session)
            .setHost(Wire.bytes(keys.get(host).address()))
            .setNumber(2)
            .setAcknowledged(SUM)
            .setModel(MODEL)
            .setRequestHash(Wire.bytes(Hasher.of("bench-request").finish()))
            .setPromptCount(10)
            .setMaxTokens(100)
            .setInputPrice(Orders.PRICED_TOKENS)
            .setOutputPrice(Orders.PRICED_TOKENS)
            .setHadHash(Wire.bytes(Orders.hadHash(new int[0])))
            .build();
    return new Message.Settle(
        MsgSettle.newBuilder()
            .setHost(name(host))
            .setSession(session)
            .setLastNumber(1)
            .setRoot(Wire.bytes(Hasher.of("bench-log").finish()))
            .setSum(SUM)
            .setNewestOrder(Signing.sign(Orders.TAG, newest.toByteArray(), sessionKey))
            .build());
  }

  /** Auditors attest what they were drawn for, so many of them. */
  List<byte[]> attestations(BenchChain chain, int most) throws InvalidProtocolBufferException {
    QueryAuditsResponse audits =
        QueryAuditsResponse.parseFrom(
            chain.query(QueryPaths.AUDITS, QueryAuditsRequest.getDefaultInstance().toByteArray()));
    List<byte[]> transactions = new ArrayList<>();
    for (SettlementRecord settlement : audits.getSettlementsList()) {
      for (ReceiptDuty duty : settlement.getDutiesList()) {
        if (transactions.size() == most) {
          return transactions;
        }
        Message attest =
            new Message.ReceiptAttest(
                MsgReceiptAttest.newBuilder()
                    .setAuditor(duty.getAuditor())
                    .setHost(settlement.getHost())
                    .setAttestation(Wire.bytes(Hasher.of("bench-attestation").finish()))
                    .build());
        transactions.add(signed(numbers.get(duty.getAuditor()), List.of(attest)));
      }
    }
    return transactions;
  }
}
