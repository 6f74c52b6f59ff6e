package exacta.ledger;

import exacta.primitives.Amount;
import exacta.primitives.Check;
import exacta.primitives.ExactaException;
import exacta.protocol.v1.ChainParameters;
import java.util.List;

/** The chain parameters. Spec: timetable.md#parameters. */
public final class Parameters {
  private static final ChainParameters ONE_MACHINE =
      ChainParameters.newBuilder()
          .setBlockIntervalMillis(500)
          .setBlockBytesMax(2 << 20)
          .setEpochBlocks(120)
          .setSprintsPerEpoch(2)
          .setSprintNotice(1)
          .setComputeBlocks(12)
          .setCommitBlocks(3)
          .setAuditBlocks(12)
          .setAnswerBlocks(8)
          .setDisputeBlocks(8)
          .setSprintDim(256)
          .setSprintLayers(8)
          .setSprintLength(16)
          .setSamplesMin(4)
          .setSamplesMax(16)
          .setAuditors(2)
          .setAttestMin(1)
          .setReceiptsMin(10)
          .setReceiptsMax(100)
          .setJury(3)
          .setVerdictMin(2)
          .setSettlementBlocks(12)
          .setReceiptAuditBlocks(36)
          .setReceiptAnswerBlocks(16)
          .setJuryCommitBlocks(24)
          .setJuryRevealBlocks(8)
          .setReputationMax(30)
          .setGrowth(2)
          .setVerdictDelay(4)
          .setPoolDelay(1)
          .setOpenOrdersMax(256)
          .setPartialTokens(64)
          .setHostDeposit(coins(100))
          .setChallengeDeposit(coins(100))
          .setTrainingShare(200)
          .setAuditShare(50)
          .setBaseWeight(200)
          .setCollateralPerWeight(10_000_000)
          .setCallFeePerByte(1000)
          .setReceiptCallFee(coins(1))
          .setEmission(coins(323_000))
          .setSupplyCap(coins(680_000_000))
          .setMinimumGasPrice(0)
          .setVoteEpochs(4)
          .build();

  static {
    Check.that(Limits.faults(ONE_MACHINE).isEmpty(), "our own parameters fit");
  }

  private Parameters() {}

  private static long coins(long coins) {
    return Amount.ofCoins(coins).nanoCoins();
  }

  /** For a network on one machine: an epoch a minute. */
  public static ChainParameters oneMachine() {
    return ONE_MACHINE;
  }

  /**
   * @throws ExactaException (fatal) that lists everything that is wrong with these parameters
   */
  public static void validate(ChainParameters parameters) {
    List<String> faults = Limits.faults(parameters);
    if (!faults.isEmpty()) {
      throw ExactaException.fatal(
          "the chain's parameters break these rules: " + String.join("; ", faults));
    }
  }
}
