package exacta.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import exacta.crypto.PrivateKey;
import exacta.primitives.Digest32;
import exacta.primitives.ExactaException;
import exacta.primitives.Hasher;
import exacta.protocol.Orders;
import exacta.protocol.Receipts;
import exacta.protocol.Signing;
import exacta.protocol.Wire;
import exacta.protocol.v1.AnswerEnd;
import exacta.protocol.v1.InferenceRequest;
import exacta.protocol.v1.Order;
import exacta.protocol.v1.OrderSubmission;
import exacta.protocol.v1.Receipt;
import exacta.protocol.v1.Signed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LaneBookTest {
  private static final ByteString SESSION = Wire.bytes(Hasher.of("session").finish());
  private static final PrivateKey KEY = TestMachine.key("host");
  private static final LaneStart START = new LaneStart(0, 0, 1000);

  @TempDir Path home;

  private static Order order(long number, long acknowledged, Long... open) {
    return Order.newBuilder()
        .setChainId(TestChain.CHAIN_ID)
        .setSession(SESSION)
        .setHost(Wire.bytes(KEY.address()))
        .setNumber(number)
        .setAcknowledged(acknowledged)
        .addAllOpen(Arrays.asList(open))
        .setModel(Wire.bytes(Digest32.ZERO))
        .setRequestHash(Wire.bytes(Digest32.ZERO))
        .setHadHash(Wire.bytes(Digest32.ZERO))
        .setPromptCount(5)
        .setMaxTokens(40)
        .setInputPrice(1_000_000)
        .setOutputPrice(1_000_000)
        .build();
  }

  private static LaneBook.Admission admit(LaneBook book, Order order) {
    OrderSubmission submission =
        OrderSubmission.newBuilder()
            .setOrder(Signing.sign(Orders.TAG, order.toByteArray(), KEY))
            .setRequest(InferenceRequest.getDefaultInstance())
            .build();
    return book.admit(submission, order, START, 4, Duration.ZERO);
  }

  private static LaneOrder admitted(LaneBook book, Order order) {
    return ((LaneBook.Admitted) admit(book, order)).order();
  }

  private static void give(LaneBook book, LaneOrder entry, int count, int... tokens) {
    Receipt receipt =
        Receipt.newBuilder()
            .setOrderHash(Wire.bytes(entry.orderHash()))
            .setCount(count)
            .setStreamHash(Wire.bytes(Digest32.ZERO))
            .setDigestCommitment(Wire.bytes(Digest32.ZERO))
            .setEnd(AnswerEnd.ANSWER_END_CUT)
            .setCost(5 + count)
            .build();
    Signed signed = Signing.sign(Receipts.TAG, receipt.toByteArray(), KEY);
    book.give(
        entry,
        signed,
        receipt.getCost(),
        new StreamPart(tokens, new float[tokens.length], Optional.empty()));
  }

  @Test
  void toleratesALogCutAtAnyByteOfItsLastRecord() throws IOException {
    Path file = home.resolve("lanes");
    long before;
    try (LaneBook book = LaneBook.open(file)) {
      LaneOrder first = admitted(book, order(1, 0));
      give(book, first, 2, 7, 8);
      before = Files.size(file);
      give(book, first, 4, 9, 10);
    }
    byte[] whole = Files.readAllBytes(file);
    for (int length = (int) before; length <= whole.length; length++) {
      Path torn = home.resolve("torn-" + length);
      Files.write(torn, Arrays.copyOf(whole, length));
      try (LaneBook book = LaneBook.open(torn)) {
        LaneOrder entry = book.order(SESSION, 1).orElseThrow();
        boolean all = length == whole.length;
        assertArrayEquals(
            all ? new int[] {7, 8, 9, 10} : new int[] {7, 8},
            book.kept(entry).orElseThrow().stream().tokens(),
            "cut to " + length + " bytes");
        long cost = all ? 9 : 7;
        assertEquals(cost, book.cost(entry));
        assertFalse(book.isRunning(entry));
        assertEquals(
            RefusalCode.FORGETS_RECEIPT, ((Refused) admit(book, order(2, cost - 1))).code());
        give(book, admitted(book, order(2, cost)), 1, 3);
      }
      try (LaneBook again = LaneBook.open(torn)) {
        assertTrue(again.order(SESSION, 2).orElseThrow().hasReceipt());
      }
    }
  }

  @Test
  void refusesALogThatIsDamagedInTheMiddle() throws IOException {
    Path file = home.resolve("lanes");
    try (LaneBook book = LaneBook.open(file)) {
      give(book, admitted(book, order(1, 0)), 2, 7, 8);
    }
    byte[] whole = Files.readAllBytes(file);
    whole[Journal.HEAD_BYTES + 3] ^= 1;
    Files.write(file, whole);
    assertThrows(ExactaException.class, () -> LaneBook.open(file));
  }

  @Test
  void anOrderThatIsKeptRunningDoesNotHoldBackThoseBehindItForEver() {
    try (LaneBook book = LaneBook.open(home.resolve("lanes"))) {
      LaneOrder slow = admitted(book, order(1, 0));
      give(book, slow, 2, 7, 8);
      LaneOrder second = admitted(book, order(2, 0, 1L));
      give(book, second, 3, 1, 2, 3);
      book.end(second);
      assertTrue(book.settlement(SESSION, 0).isEmpty());
      book.cut(SESSION);
      LaneSettlement settlement = book.settlement(SESSION, 0).orElseThrow();
      assertEquals(2, settlement.lastNumber());
      assertEquals(7 + 8, settlement.log().root().sum());
      give(book, slow, 4, 9, 10);
      assertEquals(7, book.cost(slow), "what comes after the last settlement is not billed");
    }
  }

  @Test
  void settlesUpToTheOldestOrderThatRuns() {
    try (LaneBook book = LaneBook.open(home.resolve("lanes"))) {
      LaneOrder first = admitted(book, order(1, 0));
      give(book, first, 2, 7, 8);
      book.end(first);
      LaneOrder second = admitted(book, order(2, 7));
      LaneOrder third = admitted(book, order(3, 7, 2L));
      give(book, third, 1, 1);
      book.end(third);
      LaneSettlement some = book.settlement(SESSION, 0).orElseThrow();
      assertEquals(1, some.lastNumber());
      assertEquals(7, some.log().root().sum());
      assertTrue(some.open().isEmpty(), "all is acknowledged");
      give(book, second, 3, 1, 2, 3);
      book.end(second);
      LaneSettlement all = book.settlement(SESSION, 0).orElseThrow();
      assertEquals(3, all.lastNumber());
      assertEquals(7 + 8 + 6, all.log().root().sum());
      assertEquals(2, all.open().size(), "the second and the newest are not acknowledged");
      assertTrue(book.settlement(SESSION, 3).isEmpty());
    }
  }

  @Test
  void countsWhatRunsAsItsWorstCase() {
    try (LaneBook book = LaneBook.open(home.resolve("lanes"))) {
      admitted(book, order(1, 0));
      assertEquals(RefusalCode.FORGETS_RECEIPT, ((Refused) admit(book, order(2, 0))).code());
      LaneStart poor = new LaneStart(0, 0, 2 * 45 - 1);
      Order second = order(2, 0, 1L);
      OrderSubmission submission =
          OrderSubmission.newBuilder()
              .setOrder(Signing.sign(Orders.TAG, second.toByteArray(), KEY))
              .build();
      LaneBook.Admission admission = book.admit(submission, second, poor, 4, Duration.ZERO);
      assertEquals(RefusalCode.LANE_EXHAUSTED, ((Refused) admission).code());
      admitted(book, second);
    }
  }

  @Test
  void keepsItsLanesIfTheFileCannotBeWrittenAnew() throws IOException {
    Path file = home.resolve("lanes");
    Files.createDirectories(home.resolve("lanes.new").resolve("in the way"));
    try (LaneBook book = LaneBook.open(file)) {
      LaneOrder order = admitted(book, order(1, 0));
      give(book, order, 5, new int[300_000]);
      book.end(order);
      assertThrows(ExactaException.class, book::compact);
      assertEquals(RefusalCode.FORGETS_RECEIPT, ((Refused) admit(book, order(2, 0))).code());
      admitted(book, order(2, 10));
    }
    try (LaneBook book = LaneBook.open(file)) {
      assertEquals(10, book.settlement(SESSION, 0).orElseThrow().log().root().sum());
    }
  }

  @Test
  void forgetsWhatIsSettledAndGoesOn() throws IOException {
    Path file = home.resolve("lanes");
    int large = 100_000;
    try (LaneBook book = LaneBook.open(file)) {
      for (long number = 1; number <= 3; number++) {
        LaneOrder order = admitted(book, order(number, 10 * (number - 1)));
        give(book, order, 5, new int[large]);
        book.end(order);
      }
      LaneOrder running = admitted(book, order(4, 20, 3L));
      give(book, running, 1, 7);
      long before = Files.size(file);
      book.forget(SESSION, 3);
      book.compact();
      assertTrue(Files.size(file) < before / 2);
      assertTrue(book.order(SESSION, 2).isEmpty());
      assertEquals(
          large,
          book.kept(book.order(SESSION, 3).orElseThrow()).orElseThrow().stream().tokens().length);
      give(book, running, 2, 8);
      assertTrue(book.isRunning(running));
      assertEquals(2, book.settlement(SESSION, 2).orElseThrow().open().size() + 1);
      book.end(running);
    }
    try (LaneBook book = LaneBook.open(file)) {
      LaneBook.Kept kept = book.kept(book.order(SESSION, 4).orElseThrow()).orElseThrow();
      assertArrayEquals(new int[] {7, 8}, kept.stream().tokens());
      assertEquals(RefusalCode.FORGETS_RECEIPT, ((Refused) admit(book, order(5, 36))).code());
      admitted(book, order(5, 37));
    }
  }
}
