package exacta.web;

import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.InputStream;

/** A request's body as a server wants it: whole and not too large, or the reason why it is not. */
public sealed interface BoundedBody {
  /** All of it; empty where there is none. */
  record Whole(byte[] bytes) implements BoundedBody {}

  /** More than the server takes. */
  record TooLarge() implements BoundedBody {}

  /** Cut short, or not what the request's head says. */
  record Broken() implements BoundedBody {}

  /** What is read of a body that is too large. */
  long DRAINED_BYTES_MAX = 64L << 20;

  static BoundedBody read(ServerRequest request, int bytesMax) {
    if (!request.content().hasEntity()) {
      return new Whole(new byte[0]);
    }
    try (InputStream stream = request.content().inputStream()) {
      byte[] body = stream.readNBytes(bytesMax + 1);
      if (body.length > bytesMax) {
        // Who is still sending would not read our answer: take what comes, within bounds.
        stream.skip(DRAINED_BYTES_MAX);
        return new TooLarge();
      }
      return new Whole(body);
    } catch (IOException | RuntimeException e) {
      // The web server has an exception of its own for each way in which a body can be broken.
      return new Broken();
    }
  }
}
