package exacta.web;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.webserver.WebServer;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A server that says what it hears, and clients that are nothing but bytes. */
@Timeout(60)
class WebSocketServerTest {
  private static final String HANDSHAKE =
      "GET /websocket HTTP/1.1\r\n"
          + "Host: x\r\n"
          + "Upgrade: websocket\r\n"
          + "Connection: keep-alive, Upgrade\r\n"
          + "Origin: https://elsewhere.example\r\n"
          + "Sec-WebSocket-Version: 13\r\n"
          + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final String ZERO_MASK = "00000000";

  private final CountDownLatch closed = new CountDownLatch(1);
  private final BlockingQueue<WebSocketPeer> opened = new LinkedBlockingQueue<>();
  private WebServer server;

  private void start(
      int socketsMax, Duration silence, Duration patience, Duration ping, Duration farewell) {
    WebSocketLimits limits =
        new WebSocketLimits(socketsMax, 1000, 1 << 16, patience, ping, farewell);
    WebSocketEndpoint endpoint = new WebSocketEndpoint("/websocket", limits, this::open);
    server =
        BoundedServer.builder(new ServerLimits(16, 1024, 1024, silence), endpoint)
            .host("127.0.0.1")
            .port(0)
            .routing(routing -> routing.any("/websocket", WebSocketEndpoint::refuse))
            .build()
            .start();
  }

  private void start() {
    start(4, LONG, LONG, LONG, LONG);
  }

  private WebSocketListener open(WebSocketPeer peer) {
    opened.add(peer);
    return new WebSocketListener() {
      @Override
      public void text(byte[] utf8) {
        if (new String(utf8, UTF_8).equals("fail")) {
          throw new IllegalStateException("as it was asked to");
        }
        peer.send(utf8);
      }

      @Override
      public void closed() {
        closed.countDown();
      }
    };
  }

  @AfterEach
  void stop() {
    server.stop();
  }

  private final class Client implements AutoCloseable {
    private final Socket socket;
    private final DataInputStream in;

    Client(String request) throws IOException {
      socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      in = new DataInputStream(socket.getInputStream());
    }

    String line() throws IOException {
      StringBuilder line = new StringBuilder();
      for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
        line.append((char) next);
      }
      return line.toString().strip();
    }

    String head() throws IOException {
      StringBuilder head = new StringBuilder();
      for (String line = line(); !line.isEmpty(); line = line()) {
        head.append(line).append('\n');
      }
      return head.toString();
    }

    void send(String hex) throws IOException {
      socket.getOutputStream().write(HexFormat.of().parseHex(hex.replace(" ", "")));
    }

    void text(String text) throws IOException {
      send(
          "81%02x".formatted(0x80 | text.length())
              + ZERO_MASK
              + HexFormat.of().formatHex(text.getBytes(UTF_8)));
    }

    /** The next frame: its opcode and, in what follows, its payload. */
    byte[] frame(int opcode) throws IOException {
      assertEquals(0x80 | opcode, in.readUnsignedByte());
      int length = in.readUnsignedByte();
      length = length == 126 ? in.readUnsignedShort() : length;
      return in.readNBytes(length);
    }

    void assertClosed(CloseCode code, String reason) throws IOException {
      byte[] payload = frame(WebSocketFrame.CLOSE);
      assertEquals(code.number(), (payload[0] & 0xff) << 8 | payload[1] & 0xff);
      assertEquals(reason, new String(payload, 2, payload.length - 2, UTF_8));
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private Client connected() throws IOException {
    Client client = new Client(HANDSHAKE + "\r\n");
    String head = client.head();
    assertTrue(head.startsWith("HTTP/1.1 101 "), head);
    assertTrue(head.contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), head);
    return client;
  }

  @Test
  void talksWithPagesOfEveryOriginUntilTheySayGoodbye() throws Exception {
    start();
    try (Client client = connected()) {
      client.text("one");
      client.send("89 82 " + ZERO_MASK + "6869"); // a ping
      client.text("two");
      assertEquals("one", new String(client.frame(WebSocketFrame.TEXT), UTF_8));
      byte[] next = client.frame(WebSocketFrame.PONG);
      assertEquals("hi", new String(next, UTF_8));
      assertEquals("two", new String(client.frame(WebSocketFrame.TEXT), UTF_8));
      client.send("88 82 " + ZERO_MASK + "03e8");
      client.assertClosed(CloseCode.NORMAL, "");
      assertEquals(-1, client.in.read());
    }
    assertTrue(closed.await(30, TimeUnit.SECONDS));
  }

  @Test
  void saysWhichRuleWasBroken() throws Exception {
    start();
    try (Client client = connected()) {
      client.send("81 02 6869");
      client.assertClosed(CloseCode.PROTOCOL_ERROR, "a client masks its frames");
    }
    assertTrue(closed.await(30, TimeUnit.SECONDS));
    try (Client client = connected()) {
      client.send("81 fe 03e9" + ZERO_MASK + "00".repeat(1001));
      client.assertClosed(CloseCode.TOO_LARGE, "a message has at most 1000 bytes");
    }
  }

  @Test
  void aFailureInsideIsToldAndEndsTheSocketAlone() throws Exception {
    start();
    try (Client other = connected();
        Client client = connected()) {
      client.text("fail");
      client.assertClosed(CloseCode.INTERNAL_ERROR, "the request failed inside the server");
      other.text("on");
      assertEquals("on", new String(other.frame(WebSocketFrame.TEXT), UTF_8));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "400, 'POST /websocket HTTP/1.1|Host: x|Upgrade: websocket|Connection:"
        + " Upgrade|Sec-WebSocket-Version: 13|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='",
    "400, 'GET /websocket HTTP/1.1|Host: x'",
    "400, 'GET /websocket HTTP/1.1|Host: x|Upgrade: websocket|Sec-WebSocket-Version:"
        + " 13|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='",
    "400, 'GET /websocket HTTP/1.1|Host: x|Upgrade: websocket|Connection:"
        + " Upgrade|Sec-WebSocket-Version: 13|Sec-WebSocket-Key: dGhlIHNhbXBsZQ=='",
    "400, 'GET /websocket HTTP/1.1|Host: x|Upgrade: websocket|Connection:"
        + " Upgrade|Sec-WebSocket-Version: 13'",
    "426, 'GET /websocket HTTP/1.1|Host: x|Upgrade: websocket|Connection:"
        + " Upgrade|Sec-WebSocket-Version: 8|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='",
    "404, 'GET /elsewhere HTTP/1.1|Host: x|Upgrade: websocket|Connection:"
        + " Upgrade|Sec-WebSocket-Version: 13|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='",
  })
  void refusesOtherHandshakes(int status, String request) throws IOException {
    start();
    try (Client client = new Client(request.replace("|", "\r\n") + "\r\n\r\n")) {
      String first = client.line();
      assertTrue(first.startsWith("HTTP/1.1 " + status), first);
    }
  }

  @Test
  void turnsAwayWhoFindsNoRoomUntilAnotherLeaves() throws Exception {
    start(1, LONG, LONG, LONG, LONG);
    try (Client first = connected();
        Client second = new Client(HANDSHAKE + "\r\n")) {
      assertTrue(second.line().startsWith("HTTP/1.1 503"));
      first.send("88 80 " + ZERO_MASK);
      first.frame(WebSocketFrame.CLOSE);
      assertEquals(-1, first.in.read());
    }
    try (Client third = connected()) {
      third.text("in");
      assertEquals("in", new String(third.frame(WebSocketFrame.TEXT), UTF_8));
    }
  }

  /** It reads nothing until it is given up; then it finds out why. */
  @Test
  void dropsWhoReadsTooSlowlyAndSaysSo() throws Exception {
    start(4, LONG, Duration.ofMillis(1), LONG, LONG);
    try (Client client = connected()) {
      WebSocketPeer peer = opened.poll(30, TimeUnit.SECONDS);
      byte[] large = new byte[60_000];
      while (peer.send(large)) {
        // until the network's buffers and the outbox are full
      }
      byte[] end = client.in.readAllBytes();
      String said = new String(end, end.length - 35, 35, UTF_8);
      assertEquals("messages are not read fast enough", said.substring(2));
      assertEquals(CloseCode.POLICY.number(), said.charAt(0) << 8 | end[end.length - 34] & 0xff);
    }
    assertTrue(closed.await(30, TimeUnit.SECONDS));
  }

  @Test
  void asksWhetherAClientIsThereAndDropsOneThatDoesNotAnswer() throws Exception {
    start(4, Duration.ofMillis(300), LONG, Duration.ofMillis(100), Duration.ofMillis(100));
    try (Client client = connected()) {
      client.frame(WebSocketFrame.PING);
      assertTrue(closed.await(30, TimeUnit.SECONDS));
    }
  }

  @Test
  void saysGoodbyeWhenTheServerStops() throws Exception {
    start();
    try (Client client = connected()) {
      opened.poll(30, TimeUnit.SECONDS);
      Thread stopping = Thread.ofVirtual().start(server::stop);
      client.assertClosed(CloseCode.GOING_AWAY, "the server stops, or no pong came");
      client.socket.shutdownOutput();
      assertTrue(stopping.join(Duration.ofSeconds(30)));
    }
  }
}
