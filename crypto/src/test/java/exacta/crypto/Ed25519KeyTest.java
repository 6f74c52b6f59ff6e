package exacta.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.primitives.Hasher;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Ed25519KeyTest {
  /** RFC 8032, section 7.1, tests 1 to 3. */
  @ParameterizedTest
  @CsvSource({
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60,"
        + "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a, '',"
        + "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
        + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb,"
        + "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c, 72,"
        + "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7,"
        + "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025, af82,"
        + "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
        + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
  })
  void signaturesAreThoseOfRfc8032(
      String seed, String publicKey, String message, String signature) {
    Ed25519Key key = Ed25519Key.of(HexFormat.of().parseHex(seed));
    byte[] signed = HexFormat.of().parseHex(message);
    assertEquals(publicKey, HexFormat.of().formatHex(key.publicKey()));
    assertEquals(signature, HexFormat.of().formatHex(key.sign(signed)));
    assertTrue(Ed25519Key.verify(key.publicKey(), signed, key.sign(signed)));
  }

  @Test
  void whatWasNotSignedIsRefused() {
    SeededEntropy entropy = new SeededEntropy(4);
    Ed25519Key key = Ed25519Key.random(entropy);
    byte[] message = entropy.bytes(100);
    byte[] signature = key.sign(message);
    for (int i = 0; i < 64; i++) {
      byte[] wrong = signature.clone();
      wrong[i] ^= 1;
      assertFalse(Ed25519Key.verify(key.publicKey(), message, wrong));
    }
    byte[] short63 = Arrays.copyOf(signature, 63);
    assertFalse(Ed25519Key.verify(key.publicKey(), message, short63));
    assertFalse(Ed25519Key.verify(new byte[31], message, signature));
    assertThrows(IllegalArgumentException.class, () -> Ed25519Key.of(new byte[31]));
  }

  @Test
  void aValidatorsAddressIsTheBeginningOfItsKeysHash() {
    Ed25519Key key = Ed25519Key.random(new SeededEntropy(5));
    byte[] hash = Hasher.sha256(key.publicKey()).toBytes();
    assertArrayEquals(Arrays.copyOf(hash, 20), key.address());
  }
}
