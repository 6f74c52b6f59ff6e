package exacta.host;

import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import exacta.protocol.Wire;
import exacta.web.BoundedBody;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Optional;

/** Protobuf in and out of HTTP, bounded and strict. Spec: host-api.md#transport. */
final class Body {
  static final String CONTENT_TYPE = "application/x-protobuf";

  /** Why there is no message, after the answer that says so went out. */
  private static final class RefusedBody extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient Refused refused;

    RefusedBody(RefusalCode code, String reason) {
      super(reason);
      refused = new Refused(code, reason);
    }
  }

  private Body() {}

  /** The request's message; empty after a refusal was sent. */
  static <T extends Message> Optional<T> read(
      ServerRequest request, ServerResponse response, Parser<T> parser, int bytesMax) {
    try {
      return Optional.of(parse(request, parser, bytesMax));
    } catch (RefusedBody e) {
      refuse(response, e.refused);
      return Optional.empty();
    }
  }

  private static <T extends Message> T parse(ServerRequest request, Parser<T> parser, int bytesMax)
      throws RefusedBody {
    byte[] bytes = bytes(request, bytesMax);
    String type = request.headers().first(HeaderNames.CONTENT_TYPE).orElse("none");
    if (!type.split(";", 2)[0].strip().equalsIgnoreCase(CONTENT_TYPE)) {
      throw new RefusedBody(
          RefusalCode.WRONG_CONTENT, "the content type is " + CONTENT_TYPE + ", not " + type);
    }
    return Wire.strict(parser, bytes)
        .orElseThrow(() ->
            new RefusedBody(
                RefusalCode.MALFORMED, "the body is not the message that this path takes"));
  }

  private static byte[] bytes(ServerRequest request, int bytesMax) throws RefusedBody {
    return switch (BoundedBody.read(request, bytesMax)) {
      case BoundedBody.Whole body -> body.bytes();
      case BoundedBody.TooLarge _ ->
          throw new RefusedBody(
              RefusalCode.TOO_LARGE, "a body on this path has at most " + bytesMax + " bytes");
      case BoundedBody.Broken _ ->
          throw new RefusedBody(RefusalCode.MALFORMED, "the body is cut short or not well-formed");
    };
  }

  static void send(ServerResponse response, Message message) {
    response.header(HeaderNames.CONTENT_TYPE, CONTENT_TYPE);
    response.send(message.toByteArray());
  }

  static void refuse(ServerResponse response, Refused refused) {
    response
        .status(Status.create(refused.code().status()))
        .header(HeaderNames.CONTENT_TYPE, CONTENT_TYPE);
    response.send(refused.message().toByteArray());
  }
}
