package exacta.host;

import exacta.engine.AnswerRequest;
import exacta.engine.BusyException;
import exacta.engine.Generation;
import exacta.engine.Likeliest;
import exacta.engine.Step;
import exacta.primitives.Check;
import exacta.primitives.Digest32;
import exacta.primitives.ExactaException;
import exacta.protocol.AnswerStream;
import exacta.protocol.Frames;
import exacta.protocol.Receipts;
import exacta.protocol.Tokens;
import exacta.protocol.v1.AnswerEnd;
import exacta.protocol.v1.Order;
import exacta.protocol.v1.Receipt;
import exacta.protocol.v1.Refusal;
import exacta.protocol.v1.Signed;
import exacta.protocol.v1.StreamFrame;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/**
 * Answers one order: tokens go out as they are produced, receipts once they are on disk. If the
 * client goes, the receipt covers what was sent. Spec: host-api.md#stream.
 */
final class AnswerRun {
  /** What all answers of a host share. */
  record Desk(
      AnswerWork work,
      LaneBook book,
      ReceiptSigner signer,
      int partialTokens,
      OpenAnswers open,
      HostLog log) {}

  private final Desk desk;
  private final LaneOrder entry;
  private final Order order;
  private final AnswerRequest request;
  private final OutputStream out;
  private final AnswerStream stream;
  private int given;
  private Digest32 digest;

  AnswerRun(Desk desk, LaneOrder entry, Order order, AnswerRequest request, OutputStream out) {
    this.desk = desk;
    this.entry = entry;
    this.order = order;
    this.request = request;
    this.out = out;
    stream = new AnswerStream(request.sampling().likeliest() > 0);
  }

  /** Until the answer has ended or nobody listens any more. */
  void run() {
    try {
      answer();
    } catch (IOException e) {
      finish(AnswerEnd.ANSWER_END_CUT); // the client went
    } catch (BusyException e) {
      finish(AnswerEnd.ANSWER_END_CUT);
      refuse(RefusalCode.BUSY, "this host has no place: " + e.getMessage());
    } catch (RuntimeException | Error e) {
      // Our failure: what was computed before it is right, and is all that can be billed.
      desk.log().answerFailed(entry.number(), e);
      finish(AnswerEnd.ANSWER_END_CUT);
      refuse(RefusalCode.INTERNAL, "this host failed; its log says more");
    }
  }

  private void answer() throws IOException {
    try (Generation generation = desk.work().begin(request, order.getSession())) {
      desk.open().add(generation);
      try {
        answer(generation);
      } finally {
        desk.open().remove(generation);
      }
    }
  }

  private void answer(Generation generation) throws IOException {
    digest = generation.digest();
    while (true) {
      Optional<Step> step = next(generation);
      if (step.isEmpty()) {
        finish(AnswerEnd.ANSWER_END_CUT);
        return;
      }
      switch (step.get()) {
        case Step.Prefilled _ -> {}
        case Step.Produced produced -> {
          send(produced);
          keep(produced, generation.digest());
          if (produced.end().isPresent()) {
            finish(ReceiptRecomputation.end(produced.end().get()));
            return;
          }
          if (stream.count() % desk.partialTokens() == 0) {
            give(AnswerEnd.ANSWER_END_CUT);
          }
        }
        case Step.Ended ended -> {
          finish(ReceiptRecomputation.end(ended.end()));
          return;
        }
      }
    }
  }

  /** Empty if this host closes. */
  private Optional<Step> next(Generation generation) {
    try {
      return desk.open().isClosed() ? Optional.empty() : Optional.of(generation.step());
    } catch (ExactaException e) {
      if (desk.open().isClosed()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private void send(Step.Produced produced) throws IOException {
    Likeliest likeliest = produced.likeliest();
    exacta.protocol.v1.Tokens.Builder frame =
        exacta.protocol.v1.Tokens.newBuilder()
            .addTokens(produced.token())
            .addLogProbabilities(produced.logProbability())
            .addAllLikeliest(Tokens.list(likeliest.tokens()))
            .addAllLikeliestLogProbabilities(Tokens.list(likeliest.logProbabilities()));
    write(StreamFrame.newBuilder().setTokens(frame).build());
  }

  private void keep(Step.Produced produced, Digest32 newDigest) {
    Likeliest likeliest = produced.likeliest();
    stream.add(
        produced.token(),
        produced.logProbability(),
        likeliest.tokens(),
        likeliest.logProbabilities());
    digest = newDigest;
  }

  private void finish(AnswerEnd end) {
    try {
      if (digest != null && (stream.count() > 0 || end != AnswerEnd.ANSWER_END_CUT)) {
        give(end);
      }
    } catch (IOException e) {
      desk.log().clientGone(entry.number(), stream.count());
    } finally {
      desk.book().end(entry);
    }
    desk.log().answered(entry.number(), stream.count(), end, desk.book().cost(entry));
  }

  /** A receipt for all so far: first onto the disk, then to the client. */
  private void give(AnswerEnd end) throws IOException {
    Signed receipt = desk.signer().sign(order, entry.orderHash(), stream, digest, end);
    Receipt body = Receipts.parse(receipt).orElseThrow();
    Check.that(body.getCost() <= entry.costMax(), "an answer costs at most what was ordered");
    StreamPart part =
        new StreamPart(stream.tokens(given), stream.logProbabilities(given), stream.likeliest());
    if (!desk.book().give(entry, receipt, body.getCost(), part)) {
      throw new IOException("the lane is settled for the last time");
    }
    given = stream.count();
    write(StreamFrame.newBuilder().setReceipt(receipt).build());
  }

  private void refuse(RefusalCode code, String reason) {
    try {
      Refusal refusal = new Refused(code, reason).message();
      write(StreamFrame.newBuilder().setRefusal(refusal).build());
    } catch (IOException e) {
      desk.log().clientGone(entry.number(), stream.count());
    }
  }

  private void write(StreamFrame frame) throws IOException {
    try {
      Frames.write(out, frame);
      out.flush();
    } catch (RuntimeException e) {
      throw new IOException("the connection broke", e); // the web server has several kinds of it
    }
  }
}
