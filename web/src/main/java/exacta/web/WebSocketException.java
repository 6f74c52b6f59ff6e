package exacta.web;

/** The client broke a rule; the message is for it. */
final class WebSocketException extends Exception {
  private static final long serialVersionUID = 1L;

  private final CloseCode code;

  WebSocketException(CloseCode code, String message) {
    super(message, null, false, false);
    this.code = code;
  }

  CloseCode code() {
    return code;
  }
}
