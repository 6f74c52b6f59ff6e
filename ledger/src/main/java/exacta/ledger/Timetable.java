package exacta.ledger;

import exacta.protocol.v1.ChainParameters;

/**
 * When things happen, as pure functions of heights. A window is named by its last block: things
 * count in blocks after the end of the window before it, up to its own end. Draws take {@code
 * pool_delay} blocks. Spec: timetable.md.
 */
record Timetable(ChainParameters parameters) {

  /** The windows of one Sprint, each by its last block. */
  record SprintWindows(
      long announced,
      long start,
      long computeEnd,
      long commitEnd,
      long draw,
      long auditEnd,
      long answerEnd,
      long disputeEnd,
      long count) {}

  /** The windows in which the receipts of one epoch are settled and audited, each by its last. */
  record ReceiptWindows(
      long settlementEnd,
      long draw,
      long auditEnd,
      long answerEnd,
      long juryDraw,
      long commitEnd,
      long juryEnd,
      long pay) {}

  long epochBlocks() {
    return parameters.getEpochBlocks();
  }

  /** The epoch of a block; the first is 0. The state before the first block belongs to it. */
  long epoch(long height) {
    return height == 0 ? 0 : (height - 1) / epochBlocks();
  }

  long firstBlock(long epoch) {
    return epoch * epochBlocks() + 1;
  }

  long lastBlock(long epoch) {
    return (epoch + 1) * epochBlocks();
  }

  boolean isLastOfEpoch(long height) {
    return height > 0 && height % epochBlocks() == 0;
  }

  private long slotBlocks() {
    return epochBlocks() / parameters.getSprintsPerEpoch();
  }

  /** The slots of all epochs are counted on from 0. */
  long slot(long height) {
    return (height - 1) / slotBlocks();
  }

  /** Blocks from a Sprint's announcement to the block in which it is counted. */
  static long sprintBlocks(ChainParameters p) {
    return (long) p.getSprintNotice()
        + p.getComputeBlocks()
        + p.getCommitBlocks()
        + p.getPoolDelay()
        + p.getAuditBlocks()
        + p.getAnswerBlocks()
        + p.getDisputeBlocks()
        + p.getVerdictDelay();
  }

  /** Blocks from an epoch's end to the last vote on its receipts. */
  static long receiptBlocks(ChainParameters p) {
    return (long) p.getSettlementBlocks()
        + p.getPoolDelay()
        + p.getReceiptAuditBlocks()
        + p.getReceiptAnswerBlocks()
        + p.getPoolDelay()
        + p.getJuryCommitBlocks()
        + p.getJuryRevealBlocks();
  }

  /**
   * In how many blocks of this slot, from this one on, a Sprint can still be announced so that it
   * is counted within the slot; 0 if in none.
   */
  long announcementsLeft(long height) {
    long slotEnd = (slot(height) + 1) * slotBlocks();
    return Math.max(0, slotEnd - sprintBlocks(parameters) - height + 1);
  }

  SprintWindows sprint(long announced) {
    long start = announced + parameters.getSprintNotice();
    long computeEnd = start + parameters.getComputeBlocks();
    long commitEnd = computeEnd + parameters.getCommitBlocks();
    long draw = commitEnd + parameters.getPoolDelay();
    long auditEnd = draw + parameters.getAuditBlocks();
    long answerEnd = auditEnd + parameters.getAnswerBlocks();
    long disputeEnd = answerEnd + parameters.getDisputeBlocks();
    return new SprintWindows(
        announced,
        start,
        computeEnd,
        commitEnd,
        draw,
        auditEnd,
        answerEnd,
        disputeEnd,
        disputeEnd + parameters.getVerdictDelay());
  }

  /** For the receipts of this epoch; all of it lies in the next one, its audit epoch. */
  ReceiptWindows receipts(long epoch) {
    long settlementEnd = lastBlock(epoch) + parameters.getSettlementBlocks();
    long draw = settlementEnd + parameters.getPoolDelay();
    long auditEnd = draw + parameters.getReceiptAuditBlocks();
    long answerEnd = auditEnd + parameters.getReceiptAnswerBlocks();
    long juryDraw = answerEnd + parameters.getPoolDelay();
    long commitEnd = juryDraw + parameters.getJuryCommitBlocks();
    return new ReceiptWindows(
        settlementEnd,
        draw,
        auditEnd,
        answerEnd,
        juryDraw,
        commitEnd,
        commitEnd + parameters.getJuryRevealBlocks(),
        lastBlock(epoch + 1));
  }
}
