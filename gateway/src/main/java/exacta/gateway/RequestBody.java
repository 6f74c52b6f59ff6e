package exacta.gateway;

import exacta.primitives.Clock;
import io.helidon.webserver.http.ServerRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** Reads the bodies of strangers: never more than so much, never for longer than so long. */
final class RequestBody {
  /** No body is larger. */
  static final int BYTES_MAX = 2 << 20;

  private static final long DRAINED_BYTES_MAX = 64L << 20;
  private static final Duration TIME_MAX = Duration.ofSeconds(30);
  private static final int STEP_BYTES = 1 << 14;

  private final Clock clock;

  RequestBody(Clock clock) {
    this.clock = clock;
  }

  byte[] read(ServerRequest request) throws ApiException {
    if (!request.content().hasEntity()) {
      return new byte[0];
    }
    try (InputStream in = request.content().inputStream()) {
      return read(in);
    } catch (IOException | RuntimeException e) {
      // The web server has many kinds of exceptions for a body that is not what its head says.
      throw ApiException.badRequest("The request body is cut short or not well-formed.");
    }
  }

  private byte[] read(InputStream in) throws IOException, ApiException {
    long until = clock.millis() + TIME_MAX.toMillis();
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    byte[] step = new byte[STEP_BYTES];
    long total = 0;
    for (int count = in.read(step); count >= 0; count = in.read(step)) {
      total += count;
      if (total <= BYTES_MAX) {
        body.write(step, 0, count);
      }
      if (clock.millis() > until) {
        throw ApiException.tooSlow();
      }
      // Who is still sending would not read our answer: take what comes, within bounds.
      if (total > DRAINED_BYTES_MAX) {
        break;
      }
    }
    if (total > BYTES_MAX) {
      throw ApiException.tooLarge(BYTES_MAX);
    }
    return body.toByteArray();
  }
}
