package exacta.dashboard;

import com.google.protobuf.ByteString;
import exacta.protocol.v1.Ask;
import exacta.protocol.v1.ChainParameters;
import exacta.protocol.v1.ConvictionRecord;
import exacta.protocol.v1.DisputeKind;
import exacta.protocol.v1.DisputeRecord;
import exacta.protocol.v1.HostRecord;
import exacta.protocol.v1.ModelRecord;
import exacta.protocol.v1.Payment;
import exacta.protocol.v1.QueryAuditsResponse;
import exacta.protocol.v1.QueryNetworkResponse;
import exacta.protocol.v1.QueryPaymentsResponse;
import exacta.protocol.v1.ReceiptDuty;
import exacta.protocol.v1.ReceiptSample;
import exacta.protocol.v1.SettledLane;
import exacta.protocol.v1.SettlementRecord;
import exacta.protocol.v1.SprintDuty;
import exacta.protocol.v1.SprintEntry;
import exacta.protocol.v1.SprintPhase;
import exacta.protocol.v1.SprintRecord;
import exacta.protocol.v1.Supply;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A chain at block 1094, in epoch 9, that counts its queries and can fail or hang. */
final class FakeChain implements Chain {
  static final ByteString SESSION = ByteString.fromHex("ab".repeat(32));
  static final ByteString ROOT = ByteString.fromHex("cd".repeat(32));

  final AtomicInteger networkQueries = new AtomicInteger();
  final AtomicInteger otherQueries = new AtomicInteger();
  final List<Long> auditQueries = new ArrayList<>();
  volatile long height = 1094;
  volatile Optional<RuntimeException> failure = Optional.empty();
  volatile Optional<CountDownLatch> hang = Optional.empty();
  volatile List<HostRecord> hosts = List.of(host("gonka1a", 30), host("gonka1b", 70));
  volatile List<DisputeRecord> disputes = List.of();

  static HostRecord host(String address, long weight) {
    return HostRecord.newBuilder()
        .setAddress(address)
        .setUrl("http://127.0.0.1:9400")
        .setRegistered(true)
        .setWeight(weight)
        .setEarned(Long.MAX_VALUE)
        .addAsks(Ask.newBuilder().setModel(ROOT).setInputPrice(5).setOutputPrice(7))
        .build();
  }

  @Override
  public String chainId() {
    return "exacta-test";
  }

  @Override
  public ChainParameters parameters() {
    otherQueries.incrementAndGet();
    return ChainParameters.newBuilder()
        .setEpochBlocks(120)
        .setBlockIntervalMillis(500)
        .setReputationMax(30)
        .build();
  }

  @Override
  public QueryNetworkResponse network() {
    networkQueries.incrementAndGet();
    failure.ifPresent(e -> {
      throw e;
    });
    hang.ifPresent(FakeChain::await);
    return QueryNetworkResponse.newBuilder()
        .setHeight(height)
        .setEpoch((height - 1) / 120)
        .setWeight(100)
        .setSupply(Supply.newBuilder().setMinted(-1L).setBurned(5))
        .build();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public List<HostRecord> hosts() {
    otherQueries.incrementAndGet();
    return hosts;
  }

  @Override
  public List<ModelRecord> models() {
    otherQueries.incrementAndGet();
    return List.of(ModelRecord.newBuilder().setName("tiny").setRoot(ROOT).build());
  }

  @Override
  public Optional<SprintRecord> sprint() {
    otherQueries.incrementAndGet();
    return Optional.of(
        SprintRecord.newBuilder()
            .setSprint(19)
            .setEpoch(9)
            .setPhase(SprintPhase.SPRINT_PHASE_AUDIT)
            .setAnnouncedHeight(1085)
            .setStartHeight(1086)
            .setComputeEnd(1098)
            .setCommitEnd(1101)
            .setDrawHeight(1102)
            .setAuditEnd(1114)
            .setAnswerEnd(1122)
            .setDisputeEnd(1130)
            .setCountHeight(1134)
            .addEntries(
                SprintEntry.newBuilder()
                    .setHost("gonka1a")
                    .setClaimed(40)
                    .setBounded(30)
                    .addDuties(
                        SprintDuty.newBuilder()
                            .setAuditor("gonka1b")
                            .addItems(3)
                            .addItems(4)
                            .setAttested(true)))
            .build());
  }

  @Override
  public QueryAuditsResponse audits(long epoch) {
    auditQueries.add(epoch);
    return epoch == 8
        ? settled(8, 1, 3, false)
        : QueryAuditsResponse.newBuilder().setEpoch(epoch).build();
  }

  /** Host a settled orders first .. last; b samples coins 0 and 150, and has attested. */
  static QueryAuditsResponse settled(long epoch, long first, long last, boolean paid) {
    return QueryAuditsResponse.newBuilder()
        .setEpoch(epoch)
        .setSettlementEnd((epoch + 1) * 120 + 12)
        .setDrawHeight((epoch + 1) * 120 + 13)
        .setAuditEnd((epoch + 1) * 120 + 49)
        .setPayHeight((epoch + 2) * 120)
        .addSettlements(
            SettlementRecord.newBuilder()
                .setHost("gonka1a")
                .setTotal(300)
                .setPaid(paid)
                .addLanes(
                    SettledLane.newBuilder()
                        .setSession(SESSION)
                        .setFirstNumber(first)
                        .setLastNumber(last)
                        .setSum(300))
                .addDuties(duty("gonka1b", true, 0))
                .addDuties(duty("gonka1c", false, 150)))
        .build();
  }

  private static ReceiptDuty duty(String auditor, boolean attested, long coin) {
    return ReceiptDuty.newBuilder()
        .setAuditor(auditor)
        .setAttested(attested)
        .addSamples(ReceiptSample.newBuilder().setSession(SESSION).setCoin(coin))
        .build();
  }

  @Override
  public QueryPaymentsResponse payments(long epoch) {
    otherQueries.incrementAndGet();
    return QueryPaymentsResponse.newBuilder()
        .setPaid(true)
        .addFees(payment("gonka1d", "developer", -100))
        .addFees(payment("gonka1a", "host", 75))
        .addFees(payment("gonka1b", "auditor", 3))
        .addFees(payment("gonka1c", "auditor", 2))
        .addFees(payment("training", "training", 20))
        .build();
  }

  private static Payment payment(String account, String role, long amount) {
    return Payment.newBuilder().setAccount(account).setRole(role).setAmount(amount).build();
  }

  @Override
  public List<DisputeRecord> disputes() {
    otherQueries.incrementAndGet();
    return disputes;
  }

  @Override
  public List<ConvictionRecord> convictions() {
    otherQueries.incrementAndGet();
    return List.of(
        ConvictionRecord.newBuilder()
            .setHost("gonka1z")
            .setKind(DisputeKind.DISPUTE_KIND_SPRINT)
            .setHeight(1033)
            .setBy("gonka1b")
            .setSlashed(300)
            .setSprint(17)
            .build());
  }
}
