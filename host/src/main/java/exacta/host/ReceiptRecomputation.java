package exacta.host;

import exacta.engine.AnswerRequest;
import exacta.engine.ComputePool.Priority;
import exacta.engine.End;
import exacta.engine.Likeliest;
import exacta.engine.Recomputation;
import exacta.primitives.Digest32;
import exacta.primitives.ExactaException;
import exacta.protocol.AnswerStream;
import exacta.protocol.Receipts;
import exacta.protocol.Wire;
import exacta.protocol.v1.AnswerEnd;

/** The true answer to what a receipt claims, computed with this host's model. */
final class ReceiptRecomputation {
  /**
   * What the receipt would say of the true answer.
   *
   * @param equal whether it does
   */
  record Truth(Digest32 digest, Digest32 streamHash, boolean equal) {}

  private ReceiptRecomputation() {}

  /**
   * In bounded units, behind requests and before nonces.
   *
   * @throws IllegalArgumentException if the model cannot answer this request at all
   * @throws ExactaException ERROR if this host stops
   */
  static Truth run(HostCompute compute, Object owner, ReceiptCheck.Shown shown) {
    int positions = shown.request().firstPosition() + shown.tokens().length;
    return compute.check(positions, () -> recompute(compute, owner, shown));
  }

  private static Truth recompute(HostCompute compute, Object owner, ReceiptCheck.Shown shown) {
    AnswerRequest request = shown.request();
    Recomputation recomputation =
        compute
            .pool()
            .call(
                Priority.AUDIT,
                owner,
                () -> Recomputation.begin(compute.model(), request, shown.tokens(), shown.isCut()));
    while (!compute.pool().call(Priority.AUDIT, owner, recomputation::step)) {
      if (Thread.currentThread().isInterrupted()) {
        throw new IllegalStateException("this host stops");
      }
    }
    Recomputation.Result result = recomputation.result();
    AnswerEnd end = result.end().map(ReceiptRecomputation::end).orElse(AnswerEnd.ANSWER_END_CUT);
    Digest32 stream = stream(request, result).hash(end);
    Digest32 commitment =
        Receipts.digestCommitment(shown.orderHash(), shown.receipt().getCount(), result.digest());
    boolean equal =
        Wire.bytes(stream).equals(shown.receipt().getStreamHash())
            && Wire.bytes(commitment).equals(shown.receipt().getDigestCommitment());
    return new Truth(result.digest(), stream, equal);
  }

  private static AnswerStream stream(AnswerRequest request, Recomputation.Result result) {
    AnswerStream stream = new AnswerStream(request.sampling().likeliest() > 0);
    for (int i = 0; i < result.tokens().length; i++) {
      Likeliest likeliest = result.likeliest().get(i);
      stream.add(
          result.tokens()[i],
          result.logProbabilities()[i],
          likeliest.tokens(),
          likeliest.logProbabilities());
    }
    return stream;
  }

  static AnswerEnd end(End end) {
    return switch (end) {
      case STOP -> AnswerEnd.ANSWER_END_STOP;
      case LENGTH -> AnswerEnd.ANSWER_END_LENGTH;
      case FAILED -> AnswerEnd.ANSWER_END_FAILED;
    };
  }
}
