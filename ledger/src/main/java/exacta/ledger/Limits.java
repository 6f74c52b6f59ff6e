package exacta.ledger;

import exacta.primitives.Check;
import exacta.protocol.Bounds;
import exacta.protocol.Gas;
import exacta.protocol.v1.ChainParameters;
import java.util.ArrayList;
import java.util.List;

/** Bounds that no parameter changes, and the proof that parameters fit together. */
final class Limits {
  /** Nonces of one host in one Sprint. */
  static final long NONCES_MAX = 1L << 32;

  private static final int SPRINTS_MAX = 64;

  /** Hosts whose deposits the whole supply could pay. */
  private static final long HOSTS_MAX = 1L << 24;

  /** Challenges that wait for their replay. */
  static final int REPLAYS_MAX = 256;

  /** Different models that a host announced before what it announces now. */
  static final int FORMER_MODELS_MAX = 256;

  /** Duties of one host in one epoch that are free: all lanes it may settle, and as many others. */
  static final int FREE_DUTIES_MAX = 2 * SettlementRules.LANES_MAX;

  /** ngonka for a unit of gas. */
  private static final long GAS_PRICE_MAX = 1L << 20;

  private static final int VOTE_EPOCHS_MAX = 1000;

  /** Validators at a time: each signs every block. */
  static final int VALIDATORS_MAX = 256;

  /** Calls of one host in one Sprint by others than its auditors. */
  static final int OPEN_CALLS_MAX = 32;

  /** Epochs whose Sprints, plans and tallies can still be looked up. */
  static final int EPOCHS_KEPT = 4;

  /** Epochs whose payments can still be looked up. */
  static final int PAYMENTS_KEPT = 1000;

  /** The newest convictions that can still be looked up. */
  static final int CONVICTIONS_KEPT = 10_000;

  /** Blocks of an epoch; heights stay far below 2^63. */
  private static final long EPOCH_BLOCKS_MAX = 1 << 24;

  private static final long WINDOW_MAX = 1 << 20;
  private static final int WHOLE = 1000;

  static {
    // Late challenges and withheld emission look two epochs back.
    Check.that(EPOCHS_KEPT >= 3, "what a late challenge needs is kept");
    // Claims of colluding hosts may be anything up to their bound, and all are summed.
    Check.that(
        NONCES_MAX <= Long.MAX_VALUE / SPRINTS_MAX / HOSTS_MAX,
        "the weights of all hosts together fit into a long");
    Check.that(
        NONCES_MAX <= Long.MAX_VALUE / SPRINTS_MAX / WHOLE,
        "a host's nonces of an epoch in per mille fit into a long");
    Check.that(GAS_PRICE_MAX <= Long.MAX_VALUE / Gas.MAX, "every fee fits into a long");
    Check.that(NONCES_MAX <= 1L << Bounds.PATH_MAX, "every path fits into a message");
  }

  private Limits() {}

  /** Everything that is wrong with these parameters; empty if they fit. Spec: timetable.md#fit. */
  static List<String> faults(ChainParameters p) {
    List<String> faults = new ArrayList<>();
    require(faults, p.getBlockIntervalMillis() > 0, "block_interval_millis is positive");
    require(
        faults,
        p.getBlockBytesMax() >= 1 << 16 && p.getBlockBytesMax() <= 1 << 26,
        "block_bytes_max is 64 KiB to 64 MiB");
    windows(faults, p);
    counts(faults, p);
    money(faults, p);
    if (faults.isEmpty()) {
      fit(faults, p);
    }
    return faults;
  }

  private static void windows(List<String> faults, ChainParameters p) {
    require(
        faults,
        p.getEpochBlocks() > 0 && p.getEpochBlocks() <= EPOCH_BLOCKS_MAX,
        "epoch_blocks is 1 to " + EPOCH_BLOCKS_MAX);
    window(faults, "sprint_notice", p.getSprintNotice());
    window(faults, "compute_blocks", p.getComputeBlocks());
    window(faults, "commit_blocks", p.getCommitBlocks());
    window(faults, "audit_blocks", p.getAuditBlocks());
    window(faults, "answer_blocks", p.getAnswerBlocks());
    window(faults, "dispute_blocks", p.getDisputeBlocks());
    window(faults, "settlement_blocks", p.getSettlementBlocks());
    window(faults, "receipt_audit_blocks", p.getReceiptAuditBlocks());
    window(faults, "receipt_answer_blocks", p.getReceiptAnswerBlocks());
    window(faults, "jury_commit_blocks", p.getJuryCommitBlocks());
    window(faults, "jury_reveal_blocks", p.getJuryRevealBlocks());
    window(faults, "verdict_delay", p.getVerdictDelay());
    window(faults, "pool_delay", p.getPoolDelay());
  }

  private static void window(List<String> faults, String name, long blocks) {
    require(faults, blocks >= 1 && blocks <= WINDOW_MAX, name + " is 1 to " + WINDOW_MAX);
  }

  private static void counts(List<String> faults, ChainParameters p) {
    require(
        faults,
        p.getSprintsPerEpoch() >= 1 && p.getSprintsPerEpoch() <= SPRINTS_MAX,
        "sprints_per_epoch is 1 to " + SPRINTS_MAX);
    int dim = p.getSprintDim();
    require(
        faults,
        dim >= 64 && dim <= 8192 && dim % 64 == 0,
        "sprint_dim is a multiple of 64 to 8192");
    require(
        faults,
        p.getSprintLayers() >= 1 && p.getSprintLayers() <= 128,
        "sprint_layers is 1 to 128");
    require(
        faults,
        p.getSprintLength() >= 1 && p.getSprintLength() <= 1024,
        "sprint_length is 1 to 1024");
    range(faults, "samples", p.getSamplesMin(), p.getSamplesMax());
    range(faults, "receipts", p.getReceiptsMin(), p.getReceiptsMax());
    require(faults, p.getAuditors() >= 1 && p.getAuditors() <= 64, "auditors is 1 to 64");
    require(
        faults,
        p.getAttestMin() >= 1 && p.getAttestMin() <= p.getAuditors(),
        "attest_min is 1 to auditors");
    require(faults, p.getJury() >= 1 && p.getJury() <= 256, "jury is 1 to 256");
    require(
        faults,
        2L * p.getVerdictMin() > p.getJury() && p.getVerdictMin() <= p.getJury(),
        "verdict_min is more than half of jury");
    require(
        faults,
        p.getReputationMax() >= 1 && p.getReputationMax() <= 10_000,
        "reputation_max is 1 to 10000");
    require(faults, p.getGrowth() >= 1 && p.getGrowth() <= 100, "growth is 1 to 100");
    require(
        faults,
        p.getOpenOrdersMax() >= 1 && p.getOpenOrdersMax() <= Bounds.OPEN_ORDERS_MAX,
        "open_orders_max is 1 to " + Bounds.OPEN_ORDERS_MAX);
    require(faults, p.getPartialTokens() >= 1, "partial_tokens is positive");
    require(
        faults,
        p.getVoteEpochs() >= 1 && p.getVoteEpochs() <= VOTE_EPOCHS_MAX,
        "vote_epochs is 1 to " + VOTE_EPOCHS_MAX);
  }

  private static void range(List<String> faults, String name, int least, int most) {
    require(
        faults,
        1 <= least && least <= most && most <= Bounds.ITEMS_MAX,
        "%s_min is at least 1 and at most %s_max, which is at most %d"
            .formatted(name, name, Bounds.ITEMS_MAX));
  }

  private static void money(List<String> faults, ChainParameters p) {
    require(faults, p.getSupplyCap() > 0, "supply_cap is positive");
    amount(faults, p, "host_deposit", p.getHostDeposit());
    require(
        faults,
        p.getHostDeposit() > 0 && p.getSupplyCap() / p.getHostDeposit() <= HOSTS_MAX,
        "host_deposit is at least a 2^24th of the supply's cap");
    amount(faults, p, "challenge_deposit", p.getChallengeDeposit());
    amount(faults, p, "collateral_per_weight", p.getCollateralPerWeight());
    amount(faults, p, "receipt_call_fee", p.getReceiptCallFee());
    amount(faults, p, "emission", p.getEmission());
    require(
        faults,
        p.getMinimumGasPrice() >= 0 && p.getMinimumGasPrice() <= GAS_PRICE_MAX,
        "minimum_gas_price is 0 to " + GAS_PRICE_MAX);
    // A call is for at most ITEMS_MAX leaves with their paths.
    long bytes = Bounds.ITEMS_MAX * (8L + 32L * (Bounds.PATH_MAX + 1));
    require(
        faults,
        p.getCallFeePerByte() >= 0 && p.getCallFeePerByte() <= Long.MAX_VALUE / bytes,
        "call_fee_per_byte times the largest answer fits into a long");
    require(
        faults,
        p.getTrainingShare() >= 0
            && p.getAuditShare() >= 0
            && p.getTrainingShare() + p.getAuditShare() <= WHOLE,
        "training_share and audit_share are at most the whole");
    require(
        faults, p.getBaseWeight() >= 0 && p.getBaseWeight() <= WHOLE, "base_weight is per mille");
  }

  private static void amount(List<String> faults, ChainParameters p, String name, long amount) {
    require(
        faults, amount >= 0 && amount <= p.getSupplyCap(), name + " is at most the supply's cap");
  }

  private static void fit(List<String> faults, ChainParameters p) {
    require(
        faults,
        p.getEpochBlocks() % p.getSprintsPerEpoch() == 0,
        "sprints_per_epoch divides epoch_blocks");
    long slot = p.getEpochBlocks() / p.getSprintsPerEpoch();
    require(
        faults,
        Timetable.sprintBlocks(p) < slot,
        "a Sprint from announcement to count, %d blocks, fits into a slot of %d"
            .formatted(Timetable.sprintBlocks(p), slot));
    require(
        faults,
        Timetable.receiptBlocks(p) < p.getEpochBlocks(),
        "settlement, audit and jury, %d blocks, fit into an epoch of %d"
            .formatted(Timetable.receiptBlocks(p), p.getEpochBlocks()));
  }

  private static void require(List<String> faults, boolean condition, String rule) {
    if (!condition) {
      faults.add(rule);
    }
  }
}
