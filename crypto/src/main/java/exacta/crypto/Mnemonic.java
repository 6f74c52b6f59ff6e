package exacta.crypto;

import exacta.primitives.Hasher;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.crypto.generators.PKCS5S2ParametersGenerator;
import org.bouncycastle.crypto.params.KeyParameter;

/**
 * A sequence of English words that stands for the secret of a wallet. Source: BIP-39; keys by
 * BIP-32 on the paths of BIP-44. Whoever has the words has the coins: {@link #words} is the only
 * way to them, {@link #toString} does not show them.
 */
public final class Mnemonic {
  /** The coin type of Cosmos chains, which wallets use unless told otherwise. */
  public static final int COIN_COSMOS = 118;

  /** The coin type of Gonka's own wallets. */
  public static final int COIN_GONKA = 1200;

  private static final int SEED_ROUNDS = 2048;
  private static final int SEED_BITS = 512;
  private static final int WORD_BITS = 11;

  private final List<String> words;

  private Mnemonic(List<String> words) {
    this.words = words;
  }

  /**
   * The words for some entropy.
   *
   * @throws IllegalArgumentException unless it has 16 bytes (12 words) or 32 (24 words)
   */
  public static Mnemonic ofEntropy(byte[] entropy) {
    if (entropy.length != 16 && entropy.length != 32) {
      throw new IllegalArgumentException("a mnemonic is made of 16 or 32 bytes of entropy");
    }
    byte[] bits = withChecksum(entropy);
    int count = entropy.length == 16 ? 12 : 24;
    String[] chosen = new String[count];
    for (int i = 0; i < count; i++) {
      int index = 0;
      for (int bit = 0; bit < WORD_BITS; bit++) {
        index = index << 1 | bitAt(bits, i * WORD_BITS + bit);
      }
      chosen[i] = Words.ENGLISH.get(index);
    }
    return new Mnemonic(List.of(chosen));
  }

  /**
   * Reads 12 or 24 words, separated by white space, in lower case.
   *
   * @throws IllegalArgumentException that says what is wrong and where, but repeats no word
   */
  public static Mnemonic ofWords(String text) {
    List<String> words = List.of(text.strip().split("\\s+"));
    if (words.size() != 12 && words.size() != 24) {
      throw new IllegalArgumentException("a mnemonic has 12 or 24 words, not " + words.size());
    }
    byte[] bits = new byte[(words.size() * WORD_BITS + 7) / 8];
    for (int i = 0; i < words.size(); i++) {
      Integer index = Words.INDEX.get(words.get(i));
      if (index == null) {
        throw new IllegalArgumentException("word " + (i + 1) + " is not in the English list");
      }
      for (int bit = 0; bit < WORD_BITS; bit++) {
        int at = i * WORD_BITS + bit;
        int value = index >>> (WORD_BITS - 1 - bit) & 1;
        bits[at / 8] |= (byte) (value << (7 - at % 8));
      }
    }
    byte[] entropy = new byte[words.size() == 12 ? 16 : 32];
    System.arraycopy(bits, 0, entropy, 0, entropy.length);
    Mnemonic valid = ofEntropy(entropy);
    if (!valid.words.equals(words)) {
      throw new IllegalArgumentException("the checksum is wrong; are the words in their order?");
    }
    return valid;
  }

  /** The words, separated by single spaces. */
  public String words() {
    return String.join(" ", words);
  }

  /** The account key {@code m/44'/coinType'/0'/0/index} without a passphrase. */
  public PrivateKey key(int coinType, int index) {
    return HdKey.master(seed(""))
        .hardened(44)
        .hardened(coinType)
        .hardened(0)
        .child(0)
        .child(index)
        .privateKey();
  }

  /** The 64 bytes of the wallet's seed: PBKDF2 with HMAC-SHA-512 and 2,048 rounds. */
  byte[] seed(String passphrase) {
    String salt = "mnemonic" + Normalizer.normalize(passphrase, Normalizer.Form.NFKD);
    PKCS5S2ParametersGenerator generator = new PKCS5S2ParametersGenerator(new SHA512Digest());
    generator.init(
        words().getBytes(StandardCharsets.UTF_8),
        salt.getBytes(StandardCharsets.UTF_8),
        SEED_ROUNDS);
    return ((KeyParameter) generator.generateDerivedMacParameters(SEED_BITS)).getKey();
  }

  /** The entropy and behind it the first bits of its SHA-256, one per four bytes. */
  private static byte[] withChecksum(byte[] entropy) {
    byte[] bits = new byte[entropy.length + 1];
    System.arraycopy(entropy, 0, bits, 0, entropy.length);
    bits[entropy.length] = Hasher.sha256(entropy).toBytes()[0];
    return bits;
  }

  private static int bitAt(byte[] bits, int index) {
    return bits[index / 8] >>> (7 - index % 8) & 1;
  }

  /** Shows only how many words there are. */
  @Override
  public String toString() {
    return "mnemonic of " + words.size() + " words";
  }

  /** BIP-39's list of 2,048 English words. */
  private static final class Words {
    static final List<String> ENGLISH = read();
    static final Map<String, Integer> INDEX = index(ENGLISH);

    private static List<String> read() {
      try (InputStream in = Mnemonic.class.getResourceAsStream("english.txt")) {
        return new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().toList();
      } catch (IOException e) {
        throw new UncheckedIOException("the word list is part of this program", e);
      }
    }

    private static Map<String, Integer> index(List<String> words) {
      Map<String, Integer> index = new HashMap<>();
      for (int i = 0; i < words.size(); i++) {
        index.put(words.get(i), i);
      }
      return index;
    }
  }
}
