package exacta.consensus;

import io.helidon.http.Status;
import tools.jackson.databind.node.ObjectNode;

/** An answer of the REST interface: errors are gRPC's, as its gateway writes them. */
record RestReply(Status status, ObjectNode body) {
  private static final int INVALID_ARGUMENT = 3;
  private static final int NOT_FOUND = 5;
  private static final int UNIMPLEMENTED = 12;
  private static final int INTERNAL = 13;

  static RestReply ok(ObjectNode body) {
    return new RestReply(Status.OK_200, body);
  }

  static RestReply invalid(String message) {
    return error(Status.BAD_REQUEST_400, INVALID_ARGUMENT, message);
  }

  static RestReply notFound(String message) {
    return error(Status.NOT_FOUND_404, NOT_FOUND, message);
  }

  /** By this wallets learn what a chain does not have. */
  static RestReply unimplemented() {
    return error(Status.NOT_IMPLEMENTED_501, UNIMPLEMENTED, "Not Implemented");
  }

  static RestReply internal(String message) {
    return error(Status.INTERNAL_SERVER_ERROR_500, INTERNAL, message);
  }

  private static RestReply error(Status status, int code, String message) {
    ObjectNode body = RpcJson.object().put("code", code).put("message", message);
    body.putArray("details");
    return new RestReply(status, body);
  }
}
