package exacta.acceptance;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Asks and subscribes over a WebSocket, with damage in handshakes, frames and texts. */
final class FuzzSocket implements FuzzRun.Part {
  private static final int SOCKETS = 5;
  private static final int MESSAGES = 20;
  private static final int TIMEOUT_SECONDS = 20;
  private static final int CONTINUATION = 0x0;
  private static final int TEXT = 0x1;
  private static final int CLOSE = 0x8;
  private static final int PING = 0x9;
  private static final int FINAL = 0x80;
  private static final int MASKED = 0x80;
  private static final int MASK_BYTES = 4;
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final byte[] HANDSHAKE =
      ("GET /websocket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
              + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
              + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
          .getBytes(StandardCharsets.US_ASCII);

  private final int port;
  private final HttpPeer rpc;
  private final HttpClient good = HttpClient.newHttpClient();
  private final Random random;
  private final Mutation mutation;
  private final FuzzCalls calls;
  private final FuzzRun.Faults faults;

  FuzzSocket(int rpcPort, long seed, FuzzRun.Faults faults) {
    this.port = rpcPort;
    this.rpc = new HttpPeer(rpcPort);
    this.random = new Random(seed);
    this.mutation = new Mutation(random);
    this.calls = new FuzzCalls(random, mutation);
    this.faults = faults;
  }

  /** Each socket ends, whatever came over it: that much is asked of all of them. */
  @Override
  public int round() throws IOException {
    for (int socket = 0; socket < SOCKETS; socket++) {
      ByteArrayOutputStream sent = new ByteArrayOutputStream();
      sent.writeBytes(oneIn(10) ? mutation.ofText(HANDSHAKE, HANDSHAKE) : HANDSHAKE);
      for (int message = 0; message < MESSAGES; message++) {
        byte[] frames = message();
        sent.writeBytes(oneIn(20) ? mutation.ofBytes(frames, frames) : frames);
      }
      rpc.sendAndEnd(sent.toByteArray());
    }
    return SOCKETS * MESSAGES;
  }

  private boolean oneIn(int count) {
    return random.nextInt(count) == 0;
  }

  /** In one frame or two, with others between them. */
  private byte[] message() {
    byte[] text = text();
    ByteArrayOutputStream frames = new ByteArrayOutputStream();
    if (oneIn(8)) {
      int first = random.nextInt(text.length + 1);
      frames.writeBytes(frame(TEXT, Arrays.copyOf(text, first)));
      frames.writeBytes(frame(FINAL | PING, bytes(random.nextInt(126))));
      frames.writeBytes(frame(FINAL | CONTINUATION, Arrays.copyOfRange(text, first, text.length)));
    } else if (oneIn(100)) {
      frames.writeBytes(frame(FINAL | CLOSE, bytes(random.nextInt(4))));
    } else if (oneIn(50)) {
      frames.writeBytes(frame(random.nextInt(256), bytes(random.nextInt(200))));
    } else {
      frames.writeBytes(frame(FINAL | TEXT, text));
    }
    return frames.toByteArray();
  }

  private byte[] text() {
    byte[] valid = JSON.writeValueAsBytes(call());
    if (oneIn(3)) {
      return valid;
    }
    byte[] damaged = mutation.ofText(valid, JSON.writeValueAsBytes(call()));
    // What is not UTF-8 ends the socket: most of it must get further than that.
    return oneIn(30)
        ? damaged
        : new String(damaged, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
  }

  private ObjectNode call() {
    return switch (random.nextInt(4)) {
      case 0 -> about("subscribe");
      case 1 -> about("unsubscribe");
      case 2 -> oneIn(4) ? calls.of("unsubscribe_all") : about("subscribe");
      default -> calls.any();
    };
  }

  private ObjectNode about(String method) {
    String query =
        switch (random.nextInt(4)) {
          case 0 -> "tm.event='NewBlock'";
          case 1 -> "tm.event='NewBlockHeader'";
          case 2 -> "tm.event='Tx'";
          default -> "tm.event='Tx' AND " + calls.searched();
        };
    ObjectNode call = calls.of(method);
    call.putObject("params").put("query", query);
    return call;
  }

  private byte[] frame(int head, byte[] payload) {
    ByteBuffer frame = ByteBuffer.allocate(2 + Long.BYTES + MASK_BYTES + payload.length);
    frame.put((byte) head);
    if (payload.length < 126) {
      frame.put((byte) (MASKED | payload.length));
    } else if (payload.length <= 0xffff) {
      frame.put((byte) (MASKED | 126)).putShort((short) payload.length);
    } else {
      frame.put((byte) (MASKED | 127)).putLong(payload.length);
    }
    byte[] mask = bytes(MASK_BYTES);
    frame.put(mask);
    for (int i = 0; i < payload.length; i++) {
      frame.put((byte) (payload[i] ^ mask[i % MASK_BYTES]));
    }
    return Arrays.copyOf(frame.array(), frame.position());
  }

  private byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  /** What comes over a socket, one text after the other. */
  private static final class Inbox implements WebSocket.Listener {
    private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
    private final StringBuilder begun = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean isLast) {
      begun.append(part);
      if (isLast) {
        texts.add(begun.toString());
        begun.setLength(0);
      }
      socket.request(1);
      return null;
    }
  }

  /** Whoever subscribes to blocks is told so, and then of a block. */
  @Override
  public void probe() throws IOException {
    Inbox inbox = new Inbox();
    Optional<WebSocket> socket = Optional.empty();
    try {
      URI uri = URI.create("ws://127.0.0.1:" + port + "/websocket");
      WebSocket open =
          good.newWebSocketBuilder().buildAsync(uri, inbox).get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      socket = Optional.of(open);
      String wish =
          "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"subscribe\","
              + "\"params\":[\"tm.event='NewBlock'\"]}";
      open.sendText(wish, true).get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      String answer = String.valueOf(inbox.texts.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS));
      faults.require(
          answer.equals("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}"),
          "a good subscription is answered with " + answer);
      String event = String.valueOf(inbox.texts.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS));
      faults.require(
          event.contains("tendermint/event/NewBlock"), "in place of a block comes " + event);
    } catch (ExecutionException | TimeoutException e) {
      faults.found("a good client cannot subscribe: " + e);
    } catch (InterruptedException e) {
      throw new IOException("interrupted", e);
    } finally {
      socket.ifPresent(WebSocket::abort);
    }
  }

  @Override
  public void close() {
    rpc.close();
    good.shutdownNow();
  }
}
