package exacta.web;

/** Why a WebSocket ends, as its close frame says. */
public enum CloseCode {
  NORMAL(1000),
  GOING_AWAY(1001),
  PROTOCOL_ERROR(1002),
  NOT_TEXT(1003),
  INVALID_UTF8(1007),
  POLICY(1008),
  TOO_LARGE(1009),
  INTERNAL_ERROR(1011);

  private final int number;

  CloseCode(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }

  /**
   * Whether a client may send this number: those that are reserved stand for endings without a
   * frame.
   */
  static boolean isAllowed(int number) {
    return number >= 1000 && number <= 1014 && number != 1004 && number != 1005 && number != 1006
        || number >= 3000 && number <= 4999;
  }
}
