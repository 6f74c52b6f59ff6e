package exacta.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.webserver.WebServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class BoundedServerTest {
  private static final String HEAD = "POST / HTTP/1.1\r\nHost: x\r\n";

  private final CountDownLatch slow = new CountDownLatch(1);
  private WebServer server;

  @BeforeEach
  void start() {
    server =
        BoundedServer.builder(new ServerLimits(16, 1024, 1024, Duration.ofMillis(300)))
            .host("127.0.0.1")
            .port(0)
            .routing(routing ->
                routing
                    .post(
                        "/",
                        (request, response) -> response.send(request.content().as(String.class)))
                    .get(
                        "/slow",
                        (request, response) -> {
                          slow.await();
                          response.send("done");
                        }))
            .build()
            .start();
  }

  @AfterEach
  void stop() {
    server.stop();
  }

  private Socket connect(String opening) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
    socket.getOutputStream().write(opening.getBytes(StandardCharsets.US_ASCII));
    return socket;
  }

  /** What comes until the server closes. */
  private static String readToEnd(Socket socket) throws IOException {
    try (InputStream in = socket.getInputStream()) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII);
    } catch (IOException e) {
      return ""; // dropped without ceremony
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "POST / HT",
        HEAD,
        HEAD + "X-Half",
        HEAD + "Content-Length: 100\r\n\r\n{",
        HEAD + "Transfer-Encoding: chunked\r\n\r\nff\r\n{",
      })
  void dropsWhoNeverFinishes(String opening) throws IOException {
    try (Socket socket = connect(opening)) {
      assertTrue(!readToEnd(socket).startsWith("HTTP/1.1 200"));
    }
  }

  @Test
  void servesWhoDoes() throws IOException {
    try (Socket socket = connect(HEAD + "Connection: close\r\nContent-Length: 5\r\n\r\nhello")) {
      String answer = readToEnd(socket);
      assertTrue(answer.startsWith("HTTP/1.1 200") && answer.endsWith("hello"), answer);
    }
  }

  /** Two connections were dropped for their silence, and the answer took longer than both. */
  @Test
  void anAnswerMayTakeAsLongAsItLikes() throws IOException {
    try (Socket patient = connect("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")) {
      for (int i = 0; i < 2; i++) {
        try (Socket silent = connect("")) {
          assertEquals("", readToEnd(silent));
        }
      }
      slow.countDown();
      String answer = readToEnd(patient);
      assertTrue(answer.startsWith("HTTP/1.1 200") && answer.endsWith("done"), answer);
    }
  }
}
