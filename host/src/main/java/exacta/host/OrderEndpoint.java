package exacta.host;

import exacta.protocol.v1.Order;
import exacta.protocol.v1.OrderSubmission;
import exacta.protocol.v1.Signed;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;

/**
 * {@code POST /v1/order}: verifies an order, enters it into the book, answers it. {@code POST
 * /v1/receipt}: the last receipt of an order whose stream broke. Spec: host-api.md#order.
 */
final class OrderEndpoint implements HttpService {
  static final int BODY_BYTES_MAX = 4 << 20;

  /** Who reads nothing for so long has gone. */
  private static final Duration WRITE_MAX = Duration.ofSeconds(60);

  private final OrderVerifier verifier;
  private final Slots slots;
  private final AnswerRun.Desk desk;
  private final int openMax;
  private final Duration predecessorWait;

  OrderEndpoint(
      OrderVerifier verifier,
      Slots slots,
      AnswerRun.Desk desk,
      int openMax,
      Duration predecessorWait) {
    this.verifier = verifier;
    this.slots = slots;
    this.desk = desk;
    this.openMax = openMax;
    this.predecessorWait = predecessorWait;
  }

  @Override
  public void routing(HttpRules rules) {
    rules.post("/order", this::order).post("/receipt", this::receipt);
  }

  private void order(ServerRequest request, ServerResponse response) {
    Optional<OrderSubmission> submission =
        Body.read(request, response, OrderSubmission.parser(), BODY_BYTES_MAX);
    if (submission.isEmpty()) {
      return;
    }
    switch (verifier.verify(submission.get())) {
      case Refused refused -> refuse(response, refused);
      case OrderVerifier.Acceptable acceptable -> {
        if (desk.open().isClosed() || !slots.enter()) {
          refuse(response, new Refused(RefusalCode.BUSY, "this host has no place in its queue"));
          return;
        }
        try {
          admit(submission.get(), acceptable, response);
        } finally {
          slots.leave();
        }
      }
    }
  }

  private void admit(
      OrderSubmission submission, OrderVerifier.Acceptable acceptable, ServerResponse response) {
    LaneBook.Admission admission = admit(submission, acceptable);
    if (admission instanceof Refused refused && refused.code() == RefusalCode.LANE_EXHAUSTED) {
      // The lane may have been topped up since the session was looked up.
      admission =
          switch (verifier.verifyAnew(submission)) {
            case Refused now -> now;
            case OrderVerifier.Acceptable now -> admit(submission, now);
          };
    }
    switch (admission) {
      case Refused refused -> refuse(response, refused);
      case LaneBook.Admitted admitted -> answer(admitted.order(), acceptable, response);
    }
  }

  private LaneBook.Admission admit(
      OrderSubmission submission, OrderVerifier.Acceptable acceptable) {
    return desk.book()
        .admit(submission, acceptable.order(), acceptable.start(), openMax, predecessorWait);
  }

  private void answer(
      LaneOrder entry, OrderVerifier.Acceptable acceptable, ServerResponse response) {
    response.header(HeaderNames.CONTENT_TYPE, Body.CONTENT_TYPE);
    Order order = acceptable.order();
    boolean started = false;
    try (OutputStream out = new PatientOutput(response.outputStream(), WRITE_MAX)) {
      slots.start();
      started = true;
      new AnswerRun(desk, entry, order, acceptable.request(), out).run();
    } catch (InterruptedException e) {
      desk.book().end(entry);
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      desk.log().clientGone(entry.number(), 0); // the answer has ended
    } finally {
      if (started) {
        slots.stop();
      }
    }
  }

  private void receipt(ServerRequest request, ServerResponse response) {
    Optional<Signed> signed = Body.read(request, response, Signed.parser(), BODY_BYTES_MAX);
    if (signed.isEmpty()) {
      return;
    }
    switch (verifier.verifyKnown(signed.get())) {
      case Refused refused -> Body.refuse(response, refused);
      case OrderVerifier.Known known -> {
        Optional<LaneOrder> entry =
            desk.book()
                .order(known.order().getSession(), known.order().getNumber())
                .filter(found -> found.orderHash().equals(known.hash()));
        Optional<LaneBook.Kept> kept = entry.flatMap(desk.book()::kept);
        if (entry.isPresent() && desk.book().isRunning(entry.get())) {
          Body.refuse(response, new Refused(RefusalCode.RUNNING, "the order still runs"));
        } else if (kept.isEmpty()) {
          Body.refuse(response, new Refused(RefusalCode.NOT_FOUND, "no receipt for this order"));
        } else {
          Body.send(response, kept.get().receipt());
        }
      }
    }
  }

  private void refuse(ServerResponse response, Refused refused) {
    desk.log().orderRefused(refused.code().word(), refused.reason());
    Body.refuse(response, refused);
  }
}
