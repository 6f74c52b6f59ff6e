package exacta.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.primitives.Hasher;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AddressTest {
  private static final String TEXT = "gonka19rl4cm2hmr8afy4kldpxz3fka4jguq0av42rch";

  @Test
  void textAndBytesAreTheSameAddress() {
    Address address = Address.ofText(TEXT);
    assertEquals(TEXT, address.toString());
    assertEquals(address, Address.of(address.toBytes()));
    assertEquals(Optional.of(address), Address.parse(TEXT));
  }

  @Test
  void anErrorSaysWhatIsWrong() {
    assertSays("begins with cosmos", Bech32.encode("cosmos", new byte[20]));
    assertSays("checksum", TEXT.replace("19rl", "19rm"));
    assertSays("20 bytes, not 19", Bech32.encode("gonka", new byte[19]));
    assertSays("lower case", TEXT.toUpperCase());
    assertSays("prefix", "");
  }

  @Test
  void aTextThatWasReadBeforeMakesNoOtherOneRightOrWrong() {
    for (int round = 0; round < 2; round++) {
      assertEquals(TEXT, Address.ofText(TEXT).toString());
      anErrorSaysWhatIsWrong();
    }
    // More texts than have places in memory, twice.
    for (int i = 0; i < 2 * 20_000; i++) {
      byte[] bytes = new byte[Address.BYTES];
      bytes[0] = (byte) (i % 20_000);
      bytes[1] = (byte) (i % 20_000 >> 8);
      Address address = Address.of(bytes);
      assertEquals(address, Address.ofText(address.toString()));
    }
  }

  private static void assertSays(String part, String text) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Address.ofText(text)).getMessage();
    assertTrue(message.contains(part) && message.contains("'" + text + "'"), message);
    assertEquals(Optional.empty(), Address.parse(text));
  }

  @Test
  void bytesAreComparedWithoutSign() {
    byte[] low = new byte[20];
    byte[] high = new byte[20];
    low[0] = 0x7f;
    high[0] = (byte) 0x80;
    assertTrue(Address.of(low).compareTo(Address.of(high)) < 0);
  }

  @Test
  void aModulesAddressIsTheBeginningOfItsNamesHash() {
    byte[] hash = Hasher.sha256("training".getBytes(StandardCharsets.UTF_8)).toBytes();
    assertEquals(Address.of(Arrays.copyOf(hash, 20)), Address.module("training"));
  }
}
