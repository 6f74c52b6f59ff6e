package exacta.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MnemonicTest {
  private static final String ABANDON = "abandon ".repeat(11) + "about";

  /** The vectors of BIP-39, whose passphrase is TREZOR. */
  @ParameterizedTest
  @CsvSource({
    "00000000000000000000000000000000,"
        + "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon"
        + " about,"
        + "c55257c360c07c72029aebc1b53c05ed0362ada38ead3e3e9efa3708e5349553"
        + "1f09a6987599d18264c1e1c92f2cf141630c7a3c4ab7c81b2f001698e7463b04",
    "7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f,"
        + "legal winner thank year wave sausage worth useful legal winner thank yellow,"
        + "2e8905819b8723fe2c1d161860e5ee1830318dbf49a83bd451cfb8440c28bd6f"
        + "a457fe1296106559a3c80937a1c1069be3a3a5bd381ee6260e8d9739fce1f607",
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff,"
        + "zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo zoo"
        + " zoo vote,"
        + "dd48c104698c30cfe2b6142103248622fb7bb0ff692eebb00089b32d22484e16"
        + "13912f0a5b694407be899ffd31ed3992c456cdf60f5d4564b8ba3f05a69890ad"
  })
  void wordsAndSeedsAreThoseOfBip39(String entropy, String words, String seed) {
    Mnemonic mnemonic = Mnemonic.ofEntropy(HexFormat.of().parseHex(entropy));
    assertEquals(words, mnemonic.words());
    assertEquals(seed, HexFormat.of().formatHex(mnemonic.seed("TREZOR")));
    assertEquals(words, Mnemonic.ofWords(words).words());
  }

  /** Addresses that a wallet library gave for these words. */
  @Test
  void keysAreThoseOfWallets() {
    Mnemonic mnemonic = Mnemonic.ofWords(ABANDON);
    assertEquals(
        "gonka19rl4cm2hmr8afy4kldpxz3fka4jguq0av42rch",
        mnemonic.key(Mnemonic.COIN_COSMOS, 0).address().toString());
    assertEquals(
        "gonka1k4swv40ur28fvu54p8mskjj4lxkgsj07u9f8ny",
        mnemonic.key(Mnemonic.COIN_GONKA, 0).address().toString());
  }

  /** Test vector 1 of BIP-32, chain m/0'/1/2'. */
  @Test
  void derivationIsThatOfBip32() {
    HdKey key =
        HdKey.master(HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f"))
            .hardened(0)
            .child(1)
            .hardened(2);
    assertEquals(
        "cbce0d719ecf7431d88e6a89fa1483e02e35092af60c042b1df2ff59fa424dca",
        HexFormat.of().formatHex(key.privateKey().secretBytes()));
    assertEquals(
        "04466b9cc8e161e966409ca52986c584f07e9dc81f735db683c3ff6ec7b1503f",
        HexFormat.of().formatHex(key.chainCode()));
  }

  @Test
  void everyEntropyComesBackFromItsWords() {
    SeededEntropy entropy = new SeededEntropy(3);
    for (int i = 0; i < 200; i++) {
      Mnemonic mnemonic = Mnemonic.ofEntropy(entropy.bytes(i % 2 == 0 ? 16 : 32));
      assertEquals(
          mnemonic.words(), Mnemonic.ofWords("  " + mnemonic.words().replace(" ", "\t\n")).words());
    }
  }

  @Test
  void mistakesInTheWordsAreFoundWithoutRepeatingThem() {
    assertSays("12 or 24 words, not 11", "abandon ".repeat(11));
    assertSays("word 12 is not", "abandon ".repeat(11) + "aboutt");
    assertSays("checksum", "abandon ".repeat(12));
    assertSays("word 1 is not", ABANDON.replaceFirst("abandon", "Abandon"));
  }

  private static void assertSays(String part, String words) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Mnemonic.ofWords(words)).getMessage();
    assertTrue(message.contains(part), message);
    assertFalse(message.contains("abandon"), message);
  }

  @Test
  void otherLengthsOfEntropyAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> Mnemonic.ofEntropy(new byte[20]));
  }

  @Test
  void theTextFormShowsNoWord() {
    assertEquals("mnemonic of 12 words", Mnemonic.ofWords(ABANDON).toString());
  }
}
