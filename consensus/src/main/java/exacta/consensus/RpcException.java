package exacta.consensus;

/** A request that cannot be answered, in the terms of JSON-RPC 2.0. */
final class RpcException extends Exception {
  private static final long serialVersionUID = 1L;

  /** The codes of JSON-RPC 2.0, with the texts that CometBFT gives them. */
  enum Kind {
    PARSE_ERROR(-32700, "Parse error. Invalid JSON"),
    INVALID_REQUEST(-32600, "Invalid Request"),
    METHOD_NOT_FOUND(-32601, "Method not found"),
    INVALID_PARAMS(-32602, "Invalid params"),
    INTERNAL_ERROR(-32603, "Internal error");

    private final int code;
    private final String message;

    Kind(int code, String message) {
      this.code = code;
      this.message = message;
    }

    int code() {
      return code;
    }

    String message() {
      return message;
    }
  }

  private final Kind kind;

  RpcException(Kind kind, String data) {
    super(data, null, false, false);
    this.kind = kind;
  }

  Kind kind() {
    return kind;
  }
}
