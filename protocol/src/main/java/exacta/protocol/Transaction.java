package exacta.protocol;

import com.google.protobuf.ByteString;
import exacta.crypto.Address;
import exacta.crypto.PublicKey;
import exacta.primitives.Amount;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import exacta.protocol.cosmos.tx.SignDoc;
import java.util.List;
import java.util.Optional;

/**
 * A well-formed transaction of one account, its signature not verified yet: that takes the chain's
 * name and the account's number. Spec: transactions.md.
 *
 * @param messages at least one, all of the principal
 * @param principal for whom it acts: the signer, or a host whose operator the signer claims to be,
 *     if all messages are duties
 * @param publicKey the signer's: its address is the signer
 * @param sequence how many transactions of the account went before
 * @param timeoutHeight the last height at which it may be in a block; 0: any
 * @param bodyBytes as received: these are what is signed
 * @param authInfoBytes as received
 * @param signature 64 bytes
 */
public record Transaction(
    List<Message> messages,
    Address principal,
    Address signer,
    PublicKey publicKey,
    long sequence,
    String memo,
    long timeoutHeight,
    Amount fee,
    long gasLimit,
    ByteString bodyBytes,
    ByteString authInfoBytes,
    ByteString signature)
    implements DecodedTransaction {
  public Transaction {
    messages = List.copyOf(messages);
  }

  /** Reads a transaction's bytes. Never throws, whatever they are. */
  public static DecodedTransaction decode(byte[] transaction) {
    return TransactionDecoder.decode(transaction);
  }

  /**
   * The text of the address that signs these bytes; empty if they are no transaction of an account.
   * Never throws.
   */
  public static Optional<String> signerText(byte[] transaction) {
    return decode(transaction) instanceof Transaction decoded
        ? Optional.of(decoded.signer().toString())
        : Optional.empty();
  }

  /** The name of a transaction: SHA-256 of its bytes. */
  public static Digest32 hash(byte[] transaction) {
    return Hasher.sha256(transaction);
  }

  /** What the account signs. */
  public byte[] signBytes(String chainId, long accountNumber) {
    return signBytes(bodyBytes, authInfoBytes, chainId, accountNumber);
  }

  static byte[] signBytes(
      ByteString bodyBytes, ByteString authInfoBytes, String chainId, long accountNumber) {
    return SignDoc.newBuilder()
        .setBodyBytes(bodyBytes)
        .setAuthInfoBytes(authInfoBytes)
        .setChainId(chainId)
        .setAccountNumber(accountNumber)
        .build()
        .toByteArray();
  }

  /** Whether the signature is the account's, for this chain and the account of this number. */
  public boolean signatureValid(String chainId, long accountNumber) {
    return publicKey.verify(
        Hasher.sha256(signBytes(chainId, accountNumber)), signature.toByteArray());
  }
}
