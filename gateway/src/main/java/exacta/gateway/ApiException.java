package exacta.gateway;

import java.util.Optional;

/** A request that is answered with an error, in OpenAI's form. Spec: gateway.md#errors. */
final class ApiException extends Exception {
  private static final long serialVersionUID = 1L;

  private static final String INVALID = "invalid_request_error";

  private final int status;
  private final String type;
  private final transient Optional<String> param;
  private final transient Optional<String> code;

  private ApiException(
      int status, String type, Optional<String> param, Optional<String> code, String message) {
    super(message, null, false, false);
    this.status = status;
    this.type = type;
    this.param = param;
    this.code = code;
  }

  /** Something about the request as a whole is wrong. */
  static ApiException badRequest(String message) {
    return new ApiException(400, INVALID, Optional.empty(), Optional.empty(), message);
  }

  /** A parameter has a value that it cannot have. */
  static ApiException invalid(String param, String message) {
    return withCode(400, param, "invalid_value", message);
  }

  static ApiException wrongType(String param, String expected, String found) {
    return withCode(
        400,
        param,
        "invalid_type",
        "Invalid type for '%s': expected %s, but got %s instead."
            .formatted(param, expected, found));
  }

  static ApiException missing(String param) {
    return withCode(
        400, param, "missing_required_parameter", "Missing required parameter: '" + param + "'.");
  }

  static ApiException unknownParameter(String param) {
    return withCode(400, param, "unknown_parameter", "Unknown parameter: '" + param + "'.");
  }

  static ApiException unsupported(String param, String message) {
    return withCode(400, param, "unsupported_parameter", message);
  }

  static ApiException tooLong(String param, String message) {
    return withCode(400, param, "context_length_exceeded", message);
  }

  static ApiException badKey(String message) {
    return new ApiException(
        401, INVALID, Optional.empty(), Optional.of("invalid_api_key"), message);
  }

  static ApiException modelNotFound(String model) {
    return withCode(
        404, "model", "model_not_found", "The model '" + model + "' does not exist here.");
  }

  static ApiException unknownUrl(String method, String path) {
    String message = "Unknown request URL: %s %s.".formatted(method, path);
    return new ApiException(404, INVALID, Optional.empty(), Optional.of("unknown_url"), message);
  }

  static ApiException wrongMethod(String method, String allowed) {
    String message = "Only %s is accepted here, not %s.".formatted(allowed, method);
    return new ApiException(
        405, INVALID, Optional.empty(), Optional.of("method_not_supported"), message);
  }

  /** What was sent is not even HTTP, or not as this server speaks it. */
  static ApiException ofHttp(int status, String reason) {
    String type = status < 500 ? INVALID : "server_error";
    return new ApiException(
        status,
        type,
        Optional.empty(),
        Optional.of("http_error"),
        "The request is not well-formed HTTP, or too large: " + reason + ".");
  }

  static ApiException tooSlow() {
    return new ApiException(
        408,
        INVALID,
        Optional.empty(),
        Optional.of("request_timeout"),
        "The request took too long to arrive.");
  }

  static ApiException tooLarge(int bytesMax) {
    return new ApiException(
        413,
        INVALID,
        Optional.empty(),
        Optional.of("request_too_large"),
        "A request body has at most " + bytesMax + " bytes.");
  }

  static ApiException tooMany() {
    return new ApiException(
        429,
        "rate_limit_error",
        Optional.empty(),
        Optional.of("rate_limit_exceeded"),
        "Too many requests run at this gateway; try again soon.");
  }

  static ApiException nobody(String message) {
    return new ApiException(
        503, "server_error", Optional.empty(), Optional.of("no_host_available"), message);
  }

  static ApiException modelFailed() {
    return new ApiException(
        500,
        "server_error",
        Optional.empty(),
        Optional.of("model_failed"),
        "The model cannot go on here: its next token is not defined (a number is not finite).");
  }

  static ApiException bug() {
    return new ApiException(
        500,
        "server_error",
        Optional.empty(),
        Optional.of("internal_error"),
        "The gateway failed; its log says more.");
  }

  private static ApiException withCode(int status, String param, String code, String message) {
    return new ApiException(status, INVALID, Optional.of(param), Optional.of(code), message);
  }

  int status() {
    return status;
  }

  String type() {
    return type;
  }

  Optional<String> param() {
    return param;
  }

  Optional<String> code() {
    return code;
  }
}
