package exacta.web;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.web.WebSocketOutbox.Put;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WebSocketOutboxTest {
  private static final Duration NONE = Duration.ZERO;
  private static final Duration LONG = Duration.ofSeconds(60);

  private static byte[] text(int length) {
    return new byte[length];
  }

  private static int length(WebSocketOutbox outbox) throws InterruptedException {
    return outbox.take(NONE).orElseThrow().payload().length;
  }

  @Test
  void keepsTheOrder() throws InterruptedException {
    WebSocketOutbox outbox = new WebSocketOutbox(100, NONE);
    for (int length = 1; length <= 3; length++) {
      assertEquals(Put.QUEUED, outbox.put(text(length)));
    }
    for (int length = 1; length <= 3; length++) {
      assertEquals(length, length(outbox));
    }
    assertEquals(Optional.empty(), outbox.take(NONE));
  }

  @Test
  void takesNoMoreThanItHasRoomFor() throws InterruptedException {
    WebSocketOutbox outbox = new WebSocketOutbox(100, NONE);
    assertEquals(Put.QUEUED, outbox.put(text(60)));
    assertEquals(Put.TOO_SLOW, outbox.put(text(41)));
    assertEquals(Put.QUEUED, outbox.put(text(40)));
    assertEquals(60, length(outbox));
    assertEquals(Put.QUEUED, outbox.put(text(60)));
  }

  /** Otherwise it could never be sent. */
  @Test
  void aTextThatIsTooLargeForAllRoomWaitsAlone() throws InterruptedException {
    WebSocketOutbox outbox = new WebSocketOutbox(100, NONE);
    assertEquals(Put.QUEUED, outbox.put(text(1000)));
    assertEquals(Put.TOO_SLOW, outbox.put(text(1)));
    assertEquals(1000, length(outbox));
    assertEquals(Put.QUEUED, outbox.put(text(1)));
  }

  @Test
  void whoPutsInWaitsForRoom() throws Exception {
    WebSocketOutbox outbox = new WebSocketOutbox(100, LONG);
    outbox.put(text(100));
    CompletableFuture<Put> second = CompletableFuture.supplyAsync(() -> outbox.put(text(100)));
    assertEquals(100, outbox.take(LONG).orElseThrow().payload().length);
    assertEquals(Put.QUEUED, second.get(60, TimeUnit.SECONDS));
  }

  @Test
  void anEndingReplacesAllAndFreesWhoWaits() throws Exception {
    WebSocketOutbox outbox = new WebSocketOutbox(100, LONG);
    outbox.put(text(100));
    CompletableFuture<Put> second = CompletableFuture.supplyAsync(() -> outbox.put(text(100)));
    assertTrue(outbox.close(WebSocketFrame.close(CloseCode.POLICY, "first")));
    assertFalse(outbox.close(WebSocketFrame.close(CloseCode.NORMAL, "second")));
    assertEquals(Put.CLOSED, second.get(60, TimeUnit.SECONDS));
    assertEquals(Put.CLOSED, outbox.put(text(1)));
    WebSocketFrame last = outbox.take(NONE).orElseThrow();
    assertEquals(WebSocketFrame.CLOSE, last.opcode());
    assertEquals("first", new String(last.payload(), 2, 5));
  }

  /** RFC 6455, 5.5.3: of several pings, only the newest needs an answer. So they take no memory. */
  @Test
  void onlyTheNewestPongWaitsAndItGoesFirst() throws InterruptedException {
    WebSocketOutbox outbox = new WebSocketOutbox(100, NONE);
    outbox.put(text(5));
    outbox.pong(text(1));
    outbox.pong(text(2));
    WebSocketFrame first = outbox.take(NONE).orElseThrow();
    assertEquals(WebSocketFrame.PONG, first.opcode());
    assertEquals(2, first.payload().length);
    assertEquals(5, length(outbox));
    assertEquals(Optional.empty(), outbox.take(NONE));
  }
}
