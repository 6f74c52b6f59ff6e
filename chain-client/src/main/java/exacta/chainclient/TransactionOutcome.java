package exacta.chainclient;

import exacta.primitives.Digest32;

/**
 * What became of a transaction.
 *
 * @param height of the block it is in, or at which it was refused; 0 if it was refused on sending
 * @param code 0 if it took effect
 * @param codespace whose code it is: {@code sdk} or {@code exacta}
 * @param log why not, for people
 * @param data the answers of its messages, see {@link exacta.protocol.TransactionAnswers}
 */
public record TransactionOutcome(
    Digest32 hash, long height, int code, String codespace, String log, byte[] data) {
  public boolean isSuccess() {
    return code == 0;
  }

  /** Everything but the data, for a log. */
  @Override
  public String toString() {
    return isSuccess()
        ? "transaction %s took effect at height %d".formatted(hash, height)
        : "transaction %s was refused (%s %d): %s".formatted(hash, codespace, code, log);
  }
}
