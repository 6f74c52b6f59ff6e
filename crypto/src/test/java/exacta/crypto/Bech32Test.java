package exacta.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Bech32Test {
  @Test
  void everyLengthOfDataComesBack() {
    SeededEntropy entropy = new SeededEntropy(1);
    for (int length = 0; length <= 48; length++) {
      byte[] data = entropy.bytes(length);
      Bech32.Decoded decoded = Bech32.decode(Bech32.encode("gonka", data));
      assertEquals("gonka", decoded.prefix());
      assertArrayEquals(data, decoded.data());
    }
  }

  /** BIP-173's valid texts whose letters are whole bytes. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "A12UEL5L",
        "a12uel5l",
        "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs",
        "?1ezyfcl",
        "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw"
      })
  void readsTheTextsOfBip173(String text) {
    Bech32.Decoded decoded = Bech32.decode(text);
    assertEquals(text.toLowerCase(), Bech32.encode(decoded.prefix(), decoded.data()));
  }

  /** BIP-173's invalid texts. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u00201nwldj5",
        "\u007f1axkwrx",
        "\u00801eym55h",
        "an84characterslonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1569pvx",
        "pzry9x0s0muk",
        "1pzry9x0s0muk",
        "x1b4n0q5v",
        "li1dgmt3",
        "de1lg7wt\u00ff",
        "A1G7SGD8",
        "10a06t8",
        "1qzzfhee",
        "a12UEL5L"
      })
  void refusesTheInvalidTextsOfBip173(String text) {
    assertThrows(IllegalArgumentException.class, () -> Bech32.decode(text));
  }

  @Test
  void oneWrongLetterAnywhereIsFound() {
    String text = Bech32.encode("gonka", new SeededEntropy(2).bytes(20));
    for (int i = 6; i < text.length(); i++) {
      char wrong = text.charAt(i) == 'q' ? 'p' : 'q';
      String mistyped = text.substring(0, i) + wrong + text.substring(i + 1);
      assertThrows(IllegalArgumentException.class, () -> Bech32.decode(mistyped));
    }
  }

  @Test
  void refusesToWriteMoreThanNinetyCharacters() {
    assertThrows(IllegalArgumentException.class, () -> Bech32.encode("gonka", new byte[49]));
  }
}
