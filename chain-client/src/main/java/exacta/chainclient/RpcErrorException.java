package exacta.chainclient;

/** The chain answered a call with an error of JSON-RPC; the message is its detail. */
final class RpcErrorException extends Exception {
  private static final long serialVersionUID = 1L;

  RpcErrorException(String detail) {
    super(detail, null, false, false);
  }
}
