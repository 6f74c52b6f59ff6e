package exacta.protocol;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.protocol.v1.Signed;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever strangers send, there is an answer and never an exception. */
@Timeout(60)
class HostileBytesPropertyTest {
  private static final int ROUNDS = 10_000;

  @Test
  void randomBytesAreRefused() {
    Random random = new Random(1);
    for (int round = 0; round < ROUNDS; round++) {
      byte[] bytes = new byte[random.nextInt(200)];
      random.nextBytes(bytes);
      assertTrue(Transaction.decode(bytes) instanceof DecodedTransaction.Malformed);
      readAll(bytes);
    }
  }

  private static void readAll(byte[] bytes) {
    Wire.strict(Signed.parser(), bytes)
        .ifPresent(signed -> {
          Orders.parse(signed);
          Receipts.parse(signed);
          Fetches.parseReceipt(signed);
          Fetches.parseSprint(signed);
          Signing.isBy(Orders.TAG, signed, Fixtures.ALICE.address());
        });
    TransactionAnswers.openedSession(bytes);
    try {
      Frames.read(new ByteArrayInputStream(bytes), 1000);
    } catch (IOException e) {
      // This is how a stream that is none ends.
      assertFalse(e.getMessage().isEmpty());
    }
  }

  /** Nobody can make a second valid transaction out of one. */
  @Test
  void changedTransactionsAreRefusedOrHaveNoValidSignature() {
    Random random = new Random(2);
    List<byte[]> originals = Fixtures.oneOfEachKind().stream().map(Fixtures::transaction).toList();
    for (int round = 0; round < ROUNDS; round++) {
      byte[] original = originals.get(round % originals.size());
      byte[] changed = changed(original, random);
      if (Arrays.equals(original, changed)) {
        continue;
      }
      if (Transaction.decode(changed) instanceof Transaction transaction) {
        int number = round;
        assertFalse(
            transaction.signatureValid(Fixtures.CHAIN, 3),
            () -> "seed 2, round %d is still valid".formatted(number));
      }
      readAll(changed);
    }
  }

  private static byte[] changed(byte[] original, Random random) {
    byte[] bytes = original.clone();
    switch (random.nextInt(4)) {
      case 0 -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      case 1 -> bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      case 2 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
      default -> {
        int at = random.nextInt(bytes.length);
        int count = random.nextInt(Math.min(8, bytes.length - at) + 1);
        byte[] longer = new byte[bytes.length + count];
        System.arraycopy(bytes, 0, longer, 0, at + count);
        System.arraycopy(bytes, at, longer, at + count, bytes.length - at);
        bytes = longer;
      }
    }
    return bytes;
  }
}
