package exacta.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.bouncycastle.util.BigIntegers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SignatureTest {
  private static final Ecdsa FAST = new NativeEcdsa();
  private static final Ecdsa PORTABLE = new PortableEcdsa();

  private final SeededEntropy entropy = new SeededEntropy(20_260_101);

  /** Vectors for secp256k1 with SHA-256 that circulate among Bitcoin libraries. */
  @ParameterizedTest
  @CsvSource({
    "1, Satoshi Nakamoto,"
        + "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8"
        + "2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5",
    "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140, Satoshi Nakamoto,"
        + "fd567d121db66e382991534ada77a6bd3106f0a1098c231e47993447cd6af2d0"
        + "6b39cd0eb1bc8603e159ef5c20a5c8ad685a45b06ce9bebed3f153d10d93bed5",
    "f8b8af8ce3c7cca5e300d33939540c10d45ce001b8f252bfbc57ba0342904181, Alan Turing,"
        + "7063ae83e7f62bbb171798131b4a0564b956930092b33b07b395615d9ec7e15c"
        + "58dfcc1e00a35e1572f366ffe34ba0fc47db1e7189759b9fb233c5b05ab388ea"
  })
  void noncesAreThoseOfRfc6979(String key, String message, String expected) {
    byte[] secret = BigIntegers.asUnsignedByteArray(32, new BigInteger(key, 16));
    Digest32 hash = Hasher.sha256(message.getBytes(StandardCharsets.US_ASCII));
    PrivateKey privateKey = PrivateKey.of(secret);
    byte[] signature = privateKey.sign(hash);
    assertEquals(expected, HexFormat.of().formatHex(signature));
    assertTrue(privateKey.publicKey().verify(hash, signature));
  }

  @Test
  void bothLibrariesGiveTheSameBytesAndAcceptEachOthers() {
    for (int i = 0; i < 300; i++) {
      byte[] secret = entropy.bytes(32);
      byte[] hash = entropy.bytes(32);
      byte[] publicKey = FAST.publicKey(secret);
      assertArrayEquals(publicKey, PORTABLE.publicKey(secret));
      byte[] signature = FAST.sign(hash, secret);
      assertArrayEquals(signature, PORTABLE.sign(hash, secret));
      assertTrue(FAST.verify(hash, signature, publicKey));
      assertTrue(PORTABLE.verify(hash, signature, publicKey));
      byte[] point = FAST.uncompressed(publicKey).orElseThrow();
      assertArrayEquals(point, PORTABLE.uncompressed(publicKey).orElseThrow());
      assertTrue(FAST.verify(hash, signature, point));
      assertTrue(PORTABLE.verify(hash, signature, point));
      signature[i % 64] ^= 1;
      assertFalse(FAST.verify(hash, signature, publicKey));
      assertFalse(PORTABLE.verify(hash, signature, publicKey));
    }
  }

  @Test
  void extremeHashesAreSignedAlike() {
    byte[] ones = new byte[32];
    Arrays.fill(ones, (byte) 0xff);
    byte[] order = BigIntegers.asUnsignedByteArray(32, Scalars.ORDER);
    byte[] secret = entropy.bytes(32);
    for (byte[] hash : List.of(new byte[32], ones, order)) {
      byte[] signature = FAST.sign(hash, secret);
      assertArrayEquals(signature, PORTABLE.sign(hash, secret));
      assertTrue(PORTABLE.verify(hash, signature, PORTABLE.publicKey(secret)));
    }
  }

  @Test
  void theUpperHalfAndValuesOutOfRangeAreRefusedByBothLibraries() {
    byte[] secret = entropy.bytes(32);
    byte[] hash = entropy.bytes(32);
    byte[] publicKey = FAST.publicKey(secret);
    byte[] signature = FAST.sign(hash, secret);
    byte[] r = Arrays.copyOf(signature, 32);
    byte[] s = Arrays.copyOfRange(signature, 32, 64);
    byte[] zero = new byte[32];
    byte[] order = BigIntegers.asUnsignedByteArray(32, Scalars.ORDER);
    byte[] highS =
        BigIntegers.asUnsignedByteArray(32, Scalars.ORDER.subtract(new BigInteger(1, s)));
    for (byte[] wrong :
        List.of(join(r, highS), join(zero, s), join(r, zero), join(order, s), join(r, order))) {
      assertFalse(FAST.verify(hash, wrong, publicKey));
      assertFalse(PORTABLE.verify(hash, wrong, publicKey));
    }
  }

  private static byte[] join(byte[] first, byte[] second) {
    byte[] out = Arrays.copyOf(first, 64);
    System.arraycopy(second, 0, out, 32, 32);
    return out;
  }

  @Test
  void aSignatureOfAnotherLengthIsFalseNotAnError() {
    PrivateKey key = PrivateKey.random(entropy);
    Digest32 hash = Digest32.of(entropy.bytes(32));
    byte[] signature = key.sign(hash);
    for (int length : new int[] {0, 1, 63, 65, 72}) {
      assertFalse(key.publicKey().verify(hash, Arrays.copyOf(signature, length)));
    }
  }

  @Test
  void onlyCompressedPointsArePublicKeys() {
    byte[] good = PrivateKey.random(entropy).publicKey().toBytes();
    assertEquals(Optional.of(good[0]), PublicKey.parse(good).map(key -> key.toBytes()[0]));
    byte[] hybrid = good.clone();
    hybrid[0] = 6;
    byte[] notOnCurve = new byte[33];
    notOnCurve[0] = 2;
    notOnCurve[32] = 5;
    byte[] beyondTheField = new byte[33];
    Arrays.fill(beyondTheField, (byte) 0xff);
    beyondTheField[0] = 3;
    for (byte[] wrong :
        List.of(new byte[0], new byte[33], hybrid, notOnCurve, beyondTheField, new byte[65])) {
      assertEquals(Optional.empty(), PublicKey.parse(wrong));
      assertFalse(wrong.length == 33 && PORTABLE.uncompressed(wrong).isPresent());
    }
  }

  @Test
  void zeroAndTheOrderAreNoPrivateKeys() {
    byte[] order = BigIntegers.asUnsignedByteArray(32, Scalars.ORDER);
    for (byte[] wrong : List.of(new byte[32], order, new byte[31], new byte[33])) {
      assertThrows(IllegalArgumentException.class, () -> PrivateKey.of(wrong));
    }
  }

  @Test
  void aKeysTextNamesTheAccountAndNotTheSecret() {
    byte[] secret = entropy.bytes(32);
    PrivateKey key = PrivateKey.of(secret);
    assertEquals("private key of " + key.address(), key.toString());
  }

  @Test
  void manyThreadsMaySignAndVerifyWithOneKey() throws Exception {
    PrivateKey key = PrivateKey.random(entropy);
    List<Digest32> hashes =
        IntStream.range(0, 200).mapToObj(i -> Digest32.of(entropy.bytes(32))).toList();
    List<byte[]> expected = hashes.stream().map(key::sign).toList();
    Callable<Boolean> all =
        () ->
            IntStream.range(0, hashes.size())
                .allMatch(i ->
                    Arrays.equals(expected.get(i), key.sign(hashes.get(i)))
                        && key.publicKey().verify(hashes.get(i), expected.get(i)));
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (Future<Boolean> result : threads.invokeAll(List.of(all, all, all, all))) {
        assertTrue(result.get());
      }
    }
  }

  @Test
  void theFastLibraryRunsOnThisMachine() {
    assertInstanceOf(NativeEcdsa.class, Ecdsa.best());
  }
}
