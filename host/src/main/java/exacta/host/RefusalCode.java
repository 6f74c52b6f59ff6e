package exacta.host;

import java.util.Locale;

/** Why a host does not do what it is asked, as a stable word. Spec: host-api.md#refusals. */
enum RefusalCode {
  BAD_SIGNATURE(401),
  WRONG_CHAIN(400),
  WRONG_HOST(400),
  SESSION_UNKNOWN(404),
  SESSION_ENDED(403),
  LANE_UNKNOWN(404),
  LANE_EXHAUSTED(402),
  REPLAYED(409),
  OUT_OF_ORDER(409),
  FORGETS_RECEIPT(409),
  TOO_MANY_OPEN(400),
  MODEL_UNKNOWN(404),
  PRICE_TOO_LOW(402),
  WRONG_REQUEST(400),
  TOO_LONG(400),
  BAD_PARAMETERS(400),
  BUSY(429),
  MALFORMED(400),
  /** The body is larger than any that this path takes. */
  TOO_LARGE(413),
  /** Not the content type of the protocol. */
  WRONG_CONTENT(415),
  /** No such path, card, Sprint or receipt here. */
  NOT_FOUND(404),
  /** Who asks is neither the sample's auditor nor a juror. */
  NOT_ENTITLED(403),
  /** The order still runs. */
  RUNNING(409),
  /** A failure of this host; its log says more. */
  INTERNAL(500);

  private final int status;

  RefusalCode(int status) {
    this.status = status;
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The HTTP status that goes with it. */
  int status() {
    return status;
  }
}
