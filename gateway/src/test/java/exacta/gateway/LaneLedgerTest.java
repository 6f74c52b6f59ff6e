package exacta.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import exacta.primitives.ExactaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LaneLedgerTest {
  private static final ByteString EVIDENCE = ByteString.copyFromUtf8("order and receipt");

  @TempDir Path folder;

  private Path file() {
    return folder.resolve("lanes").resolve("lane.log");
  }

  private static LaneLedger.Entry entry(long number, long acknowledged, Long... open) {
    return new LaneLedger.Entry(number, acknowledged, List.of(open));
  }

  @Test
  void numbersOrdersAndAcknowledgesReceipts() {
    try (LaneLedger ledger = LaneLedger.open(file())) {
      assertEquals(entry(1, 0), ledger.open(100));
      assertEquals(entry(2, 0, 1L), ledger.open(50));
      assertEquals(850, ledger.remaining(1000));
      ledger.received(1, 70, EVIDENCE);
      assertEquals(entry(3, 70, 2L), ledger.open(10));
      assertEquals(1000 - 70 - 50 - 10, ledger.remaining(1000));
      ledger.received(1, 70, EVIDENCE);
      assertEquals(70, ledger.acknowledged(), "once");
      assertEquals(2, ledger.openCount());
    }
  }

  @Test
  void namesRefusedOrdersUntilTheHostIsKnownToHaveTakenALaterOne() {
    try (LaneLedger ledger = LaneLedger.open(file())) {
      ledger.open(100);
      ledger.refused(1);
      assertEquals(1000, ledger.remaining(1000), "a refused order costs nothing");
      assertEquals(entry(2, 0, 1L), ledger.open(100));
      assertEquals(entry(3, 0, 1L, 2L), ledger.open(100));
      ledger.received(2, 40, EVIDENCE);
      assertEquals(entry(4, 40, 3L), ledger.open(100));
    }
  }

  @Test
  void usesNumbersAgainThatTheHostNeverTook() {
    LaneLedger.Entry next;
    try (LaneLedger ledger = LaneLedger.open(file())) {
      ledger.open(100);
      for (int i = 0; i < 1000; i++) {
        ledger.returned(ledger.open(100).number());
      }
      assertEquals(1, ledger.namedCount(), "a busy host does not fill the list of open orders");
      long second = ledger.open(100).number();
      long third = ledger.open(100).number();
      ledger.returned(second);
      assertEquals(2, ledger.namedCount() - 1, "the third may be there, and names the second");
      ledger.returned(third);
      next = ledger.open(7);
      assertEquals(entry(2, 0, 1L), next);
      ledger.received(2, 5, EVIDENCE);
    }
    try (LaneLedger ledger = LaneLedger.open(file())) {
      assertEquals(entry(3, 5, 1L), ledger.open(1));
      assertEquals(OptionalLong.of(5), ledger.costBetween(2, 3));
    }
  }

  @Test
  void learnsFromTheSettlementWhatOrdersWithoutReceiptCost() {
    try (LaneLedger ledger = LaneLedger.open(file())) {
      ledger.open(100);
      ledger.open(100);
      ledger.open(100);
      ledger.open(100);
      ledger.received(1, 10, EVIDENCE);
      ledger.received(3, 30, EVIDENCE);
      assertEquals(OptionalLong.empty(), ledger.costBetween(1, 4));
      ledger.settled(2, 10 + 20);
      assertEquals(60, ledger.acknowledged());
      assertEquals(OptionalLong.of(60), ledger.costBetween(1, 4));
      assertEquals(entry(5, 60, 4L), ledger.open(0));
      ledger.received(2, 20, EVIDENCE);
      assertEquals(60, ledger.acknowledged(), "a receipt that comes late counts no more");
    }
  }

  @Test
  void neverLowersWhatItAcknowledged() {
    try (LaneLedger ledger = LaneLedger.open(file())) {
      ledger.open(100);
      ledger.received(1, 10, EVIDENCE);
      ledger.settled(1, 3);
      assertEquals(entry(2, 10), ledger.open(1));
    }
  }

  @Test
  void goesOnAfterTheLastSettledOrderIfItsBooksAreLost() {
    try (LaneLedger ledger = LaneLedger.open(file())) {
      ledger.settled(9, 500);
      assertEquals(entry(10, 500), ledger.open(1));
    }
  }

  /** What was on the disk, in what state the books were, after each event. */
  private record Step(long bytes, LaneLedger.Entry next) {}

  @Test
  void comesBackWhereverItsFileWasCut() throws IOException {
    List<Step> steps = new ArrayList<>();
    try (LaneLedger ledger = LaneLedger.open(file())) {
      List<Runnable> events =
          List.of(
              () -> ledger.open(100),
              () -> ledger.open(50),
              () -> ledger.received(1, 70, EVIDENCE),
              () -> ledger.refused(2),
              () -> ledger.open(10),
              () -> ledger.settled(2, 70),
              () -> ledger.received(3, 5, EVIDENCE),
              () -> ledger.open(8));
      steps.add(new Step(Files.size(file()), entry(1, 0)));
      for (Runnable event : events) {
        event.run();
        steps.add(new Step(Files.size(file()), peek(Files.readAllBytes(file()))));
      }
    }
    byte[] whole = Files.readAllBytes(file());
    for (int size = 0; size <= whole.length; size++) {
      int at = size;
      Step last = steps.stream().filter(step -> step.bytes() <= at).toList().getLast();
      assertEquals(last.next(), peek(Arrays.copyOf(whole, size)), "cut at byte " + size);
    }
  }

  @Test
  void comesBackFromATornWrite() throws IOException {
    try (LaneLedger ledger = LaneLedger.open(file())) {
      ledger.open(100);
      ledger.open(100);
    }
    byte[] whole = Files.readAllBytes(file());
    for (int at = whole.length / 2; at < whole.length; at++) {
      byte[] torn = whole.clone();
      torn[at] ^= 0x55;
      assertEquals(entry(2, 0, 1L), peek(torn), "byte " + at);
      Arrays.fill(torn, at, torn.length, (byte) 0);
      if (!Arrays.equals(torn, whole)) {
        assertEquals(entry(2, 0, 1L), peek(torn), "zeros from byte " + at);
      }
    }
  }

  /** The next entry of books with this content. */
  private LaneLedger.Entry peek(byte[] content) throws IOException {
    Path copy = folder.resolve("copy.log");
    Files.write(copy, content);
    try (LaneLedger ledger = LaneLedger.open(copy)) {
      return ledger.open(1);
    }
  }

  @Test
  void refusesBooksThatAreDamagedInTheMiddle() throws IOException {
    Files.createDirectories(file().getParent());
    byte[] garbage = new byte[1 << 20];
    Arrays.fill(garbage, (byte) 7);
    Files.write(file(), garbage);
    ExactaException e = assertThrows(ExactaException.class, () -> LaneLedger.open(file()));
    assertTrue(e.getMessage().contains("damaged at byte 0"), e.getMessage());
  }
}
