package exacta.crypto;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bouncycastle.crypto.digests.SHA512Digest;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.util.BigIntegers;

/** A node of the tree of private keys that grows from a wallet's seed. Source: BIP-32. */
record HdKey(PrivateKey privateKey, byte[] chainCode) {
  private static final int HARDENED = 0x80000000;

  static HdKey master(byte[] seed) {
    byte[] mac = hmac("Bitcoin seed".getBytes(StandardCharsets.US_ASCII), seed);
    return new HdKey(PrivateKey.of(Arrays.copyOf(mac, 32)), Arrays.copyOfRange(mac, 32, 64));
  }

  /** The child that only the private key leads to. */
  HdKey hardened(int index) {
    ByteBuffer data = ByteBuffer.allocate(37).put((byte) 0).put(privateKey.secretBytes());
    return derive(data.putInt(index | HARDENED).array());
  }

  /** The ordinary child; index from 0. */
  HdKey child(int index) {
    ByteBuffer data = ByteBuffer.allocate(37).put(privateKey.publicKey().toBytes());
    return derive(data.putInt(index & ~HARDENED).array());
  }

  /** One derivation in 2^127 gives no key; {@link PrivateKey#of} refuses it. */
  private HdKey derive(byte[] data) {
    byte[] mac = hmac(chainCode, data);
    BigInteger sum =
        new BigInteger(1, Arrays.copyOf(mac, 32))
            .add(new BigInteger(1, privateKey.secretBytes()))
            .mod(Scalars.ORDER);
    return new HdKey(
        PrivateKey.of(BigIntegers.asUnsignedByteArray(32, sum)), Arrays.copyOfRange(mac, 32, 64));
  }

  private static byte[] hmac(byte[] key, byte[] data) {
    HMac mac = new HMac(new SHA512Digest());
    mac.init(new KeyParameter(key));
    mac.update(data, 0, data.length);
    byte[] out = new byte[64];
    mac.doFinal(out, 0);
    return out;
  }
}
