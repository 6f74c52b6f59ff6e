package exacta.gateway;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Server-sent events to one client. Nothing is sent before the first event. One thread. */
final class EventStream {
  /** Who reads nothing for so long has gone. */
  private static final Duration SILENCE_MAX = Duration.ofSeconds(60);

  private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = "\n\n".getBytes(StandardCharsets.US_ASCII);

  private final ServerResponse response;
  private final Patience patience;
  private Optional<OutputStream> out = Optional.empty();

  EventStream(ServerResponse response, Patience patience) {
    this.response = response;
    this.patience = patience;
  }

  boolean isOpen() {
    return out.isPresent();
  }

  void send(JsonNode event) throws AnswerListener.Gone {
    send(Json.bytes(event));
  }

  /** Ends the stream as OpenAI does. */
  void done() throws AnswerListener.Gone {
    send("[DONE]".getBytes(StandardCharsets.US_ASCII));
    close();
  }

  /** Ends the stream. */
  void close() throws AnswerListener.Gone {
    if (out.isPresent()) {
      write(out.get()::close);
    }
  }

  private void send(byte[] data) throws AnswerListener.Gone {
    OutputStream stream = out.orElseGet(this::open);
    write(() -> {
      stream.write(DATA);
      stream.write(data);
      stream.write(END);
      stream.flush();
    });
  }

  private OutputStream open() {
    response
        .status(Status.OK_200)
        .header(HeaderNames.CONTENT_TYPE, "text/event-stream; charset=utf-8")
        .header(HeaderNames.CACHE_CONTROL, "no-cache");
    OutputStream stream = response.outputStream();
    out = Optional.of(stream);
    return stream;
  }

  @FunctionalInterface
  private interface Writing {
    void run() throws IOException;
  }

  private void write(Writing writing) throws AnswerListener.Gone {
    // An interrupt closes the socket of a virtual thread that waits to write.
    Thread writer = Thread.currentThread();
    Patience.Wait wait = patience.begin(SILENCE_MAX, writer::interrupt);
    try (wait) {
      writing.run();
    } catch (IOException | RuntimeException e) {
      // The web server wraps what the socket throws into exceptions of several kinds.
      throw new AnswerListener.Gone("the client went away: " + e.getMessage());
    } finally {
      if (wait.isOver()) {
        Thread.interrupted();
      }
    }
  }
}
