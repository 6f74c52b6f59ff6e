package exacta.protocol;

import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import exacta.protocol.v1.AnswerEnd;
import exacta.protocol.v1.Receipt;
import exacta.protocol.v1.Signed;
import java.util.Optional;

/** Receipts: what they bind. Spec: encoding.md#receipt. */
public final class Receipts {
  public static final String TAG = "receipt";

  private Receipts() {}

  /** The receipt that is signed here, if the body is a well-formed one; nothing is verified. */
  public static Optional<Receipt> parse(Signed signed) {
    return Signing.isWellFormed(signed)
        ? Wire.strict(Receipt.parser(), signed.getBody()).filter(Receipts::isWellFormed)
        : Optional.empty();
  }

  private static boolean isWellFormed(Receipt receipt) {
    return receipt.getOrderHash().size() == Digest32.BYTES
        && receipt.getStreamHash().size() == Digest32.BYTES
        && receipt.getDigestCommitment().size() == Digest32.BYTES
        && receipt.getCount() >= 0
        && receipt.getCount() <= Bounds.TOKENS_MAX
        && receipt.getEnd() != AnswerEnd.UNRECOGNIZED
        && receipt.getEnd() != AnswerEnd.ANSWER_END_UNSPECIFIED
        && receipt.getCost() >= 0;
  }

  /** The hash of all that this order added to the answer: tokens, log-probabilities, end. */
  public static Digest32 streamHash(int[] tokens, float[] logProbabilities, AnswerEnd end) {
    return Hasher.of("stream")
        .tokens(tokens)
        .floats(logProbabilities, 0, logProbabilities.length)
        .integer(end.getNumber())
        .finish();
  }

  /**
   * The same for a request that asks for the likeliest tokens.
   *
   * @param likeliest what stands for them, see {@link AnswerStream}
   */
  public static Digest32 streamHash(
      int[] tokens, float[] logProbabilities, AnswerEnd end, Digest32 likeliest) {
    return Hasher.of("stream")
        .tokens(tokens)
        .floats(logProbabilities, 0, logProbabilities.length)
        .integer(end.getNumber())
        .text("likeliest")
        .digest(likeliest)
        .finish();
  }

  /** What a receipt shows of the digest: enough to bind it, nothing to copy from. */
  public static Digest32 digestCommitment(Digest32 orderHash, int count, Digest32 digest) {
    return Hasher.of("answer").digest(orderHash).integer(count).digest(digest).finish();
  }
}
