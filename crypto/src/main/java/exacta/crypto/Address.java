package exacta.crypto;

import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.bouncycastle.crypto.digests.RIPEMD160Digest;

/**
 * The 20 bytes that name an account, written in bech32 with the prefix {@code gonka}. Immutable;
 * ordered as unsigned bytes.
 */
public final class Address implements Comparable<Address> {
  public static final int BYTES = 20;
  public static final String PREFIX = "gonka";

  /** Addresses of texts that were read lately: a block names the same ones many times. */
  private static final AddressTexts READ = new AddressTexts();

  private final byte[] bytes;

  private Address(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Copies the bytes.
   *
   * @throws IllegalArgumentException unless there are exactly 20
   */
  public static Address of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException("an address has 20 bytes, not " + bytes.length);
    }
    return new Address(bytes.clone());
  }

  /**
   * Reads the text form. Only the lower-case spelling counts, so that an account has one name.
   *
   * @throws IllegalArgumentException that says what is wrong with the text
   */
  public static Address ofText(String text) {
    Optional<Address> known = READ.get(text);
    if (known.isPresent()) {
      return known.get();
    }
    try {
      Bech32.Decoded decoded = Bech32.decode(text);
      if (!decoded.prefix().equals(PREFIX)) {
        throw new IllegalArgumentException("begins with " + decoded.prefix() + ", not " + PREFIX);
      }
      Address address = of(decoded.data());
      if (!text.equals(text.toLowerCase(Locale.ROOT))) {
        throw new IllegalArgumentException("must be in lower case");
      }
      READ.add(text, address);
      return address;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("not an address, '" + text + "': " + e.getMessage(), e);
    }
  }

  /** The same for text of strangers: empty unless it is an address in its one spelling. */
  public static Optional<Address> parse(String text) {
    try {
      return Optional.of(ofText(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * The address that belongs to a compressed secp256k1 key: RIPEMD-160 of SHA-256 of its 33 bytes,
   * as in the Cosmos SDK.
   *
   * @throws IllegalArgumentException unless there are exactly 33 bytes
   */
  public static Address ofPublicKey(byte[] compressed) {
    if (compressed.length != PublicKey.BYTES) {
      throw new IllegalArgumentException("a public key has 33 bytes, not " + compressed.length);
    }
    byte[] sha256 = Hasher.sha256(compressed).toBytes();
    RIPEMD160Digest digest = new RIPEMD160Digest();
    digest.update(sha256, 0, Digest32.BYTES);
    byte[] hash = new byte[BYTES];
    digest.doFinal(hash, 0);
    return new Address(hash);
  }

  /**
   * The account of a part of the chain itself, such as a fund: the first 20 bytes of SHA-256 of its
   * name. Nobody has its key.
   */
  public static Address module(String name) {
    Digest32 hash = Hasher.sha256(name.getBytes(StandardCharsets.UTF_8));
    return new Address(Arrays.copyOf(hash.toBytes(), BYTES));
  }

  /** A fresh copy of the bytes. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  @Override
  public int compareTo(Address other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Address that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** The text form, such as {@code gonka19rl4cm2hmr8afy4kldpxz3fka4jguq0av42rch}. */
  @Override
  public String toString() {
    return Bech32.encode(PREFIX, bytes);
  }
}
