package exacta.crypto;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.asn1.sec.SECNamedCurves;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.bouncycastle.util.BigIntegers;

/** Bouncy Castle: pure Java, for machines that libsecp256k1 was not built for. */
final class PortableEcdsa implements Ecdsa {
  private static final X9ECParameters CURVE = SECNamedCurves.getByName("secp256k1");
  private static final ECDomainParameters DOMAIN = new ECDomainParameters(CURVE);

  @Override
  public byte[] sign(byte[] hash, byte[] privateKey) {
    ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
    signer.init(true, new ECPrivateKeyParameters(new BigInteger(1, privateKey), DOMAIN));
    BigInteger[] pair = signer.generateSignature(hash);
    BigInteger s =
        pair[1].compareTo(Scalars.HALF_ORDER) > 0 ? Scalars.ORDER.subtract(pair[1]) : pair[1];
    byte[] signature = new byte[64];
    BigIntegers.asUnsignedByteArray(pair[0], signature, 0, 32);
    BigIntegers.asUnsignedByteArray(s, signature, 32, 32);
    return signature;
  }

  @Override
  public boolean verify(byte[] hash, byte[] signature, byte[] publicKey) {
    BigInteger r = new BigInteger(1, Arrays.copyOfRange(signature, 0, 32));
    BigInteger s = new BigInteger(1, Arrays.copyOfRange(signature, 32, 64));
    if (s.compareTo(Scalars.HALF_ORDER) > 0) {
      return false;
    }
    ECDSASigner signer = new ECDSASigner();
    signer.init(false, new ECPublicKeyParameters(CURVE.getCurve().decodePoint(publicKey), DOMAIN));
    return signer.verifySignature(hash, r, s);
  }

  @Override
  public byte[] publicKey(byte[] privateKey) {
    return new FixedPointCombMultiplier()
        .multiply(DOMAIN.getG(), new BigInteger(1, privateKey))
        .getEncoded(true);
  }

  @Override
  public Optional<byte[]> uncompressed(byte[] compressed) {
    if (compressed[0] != 2 && compressed[0] != 3) {
      return Optional.empty();
    }
    try {
      ECPoint point = CURVE.getCurve().decodePoint(compressed);
      return point.isValid() ? Optional.of(point.getEncoded(false)) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
