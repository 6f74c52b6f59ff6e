package exacta.protocol;

import com.google.protobuf.ByteString;
import exacta.crypto.Address;
import exacta.crypto.Ed25519Key;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import exacta.protocol.v1.MsgRegisterValidator;

/**
 * The proof that a host has the consensus key that it registers. Spec:
 * transactions.md#consensus-key.
 */
public final class ConsensusKeys {
  private ConsensusKeys() {}

  private static byte[] proofBytes(String chainId, Address host, byte[] key) {
    return Hasher.of("consensus-key")
        .text(chainId)
        .bytes(host.toBytes())
        .bytes(key)
        .finish()
        .toBytes();
  }

  /**
   * @param anchor of the host's hash chain, see {@link PoolLinks}
   */
  public static Message.RegisterValidator register(
      String chainId, Address host, Ed25519Key key, Digest32 anchor) {
    byte[] publicKey = key.publicKey();
    return new Message.RegisterValidator(
        MsgRegisterValidator.newBuilder()
            .setHost(host.toString())
            .setConsensusKey(ByteString.copyFrom(publicKey))
            .setProof(ByteString.copyFrom(key.sign(proofBytes(chainId, host, publicKey))))
            .setAnchor(Wire.bytes(anchor))
            .build());
  }

  /** Whether whoever registers has the key, and wants it for this host on this chain. */
  public static boolean isProven(String chainId, MsgRegisterValidator register) {
    byte[] key = register.getConsensusKey().toByteArray();
    return Ed25519Key.verify(
        key,
        proofBytes(chainId, Address.ofText(register.getHost()), key),
        register.getProof().toByteArray());
  }
}
