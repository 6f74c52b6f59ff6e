package exacta.protocol;

import com.google.protobuf.ByteString;
import exacta.crypto.PrivateKey;
import exacta.primitives.Amount;
import exacta.primitives.Hasher;
import exacta.protocol.cosmos.crypto.PubKey;
import exacta.protocol.cosmos.tx.AuthInfo;
import exacta.protocol.cosmos.tx.Fee;
import exacta.protocol.cosmos.tx.ModeInfo;
import exacta.protocol.cosmos.tx.SignerInfo;
import exacta.protocol.cosmos.tx.TxBody;
import exacta.protocol.cosmos.tx.TxRaw;
import java.util.List;

/** Makes signed transactions, in the one encoding that {@link Transaction#decode} takes. */
public final class TransactionBuilder {
  private TransactionBuilder() {}

  /** A transaction without fee, see {@link #build(List, PrivateKey, Account, long, String)}. */
  public static byte[] build(
      List<Message> messages,
      PrivateKey key,
      String chainId,
      long accountNumber,
      long sequence,
      String memo) {
    Account account = new Account(chainId, accountNumber, sequence);
    return build(messages, key, account, 0, memo);
  }

  /**
   * Where a signature is good.
   *
   * @param sequence how many transactions of the account went before
   */
  public record Account(String chainId, long number, long sequence) {}

  /**
   * A transaction that pays for its gas. Equal arguments give equal bytes.
   *
   * @param gasPrice ngonka for a unit of gas; 0: it pays no fee
   */
  public static byte[] build(
      List<Message> messages, PrivateKey key, Account account, long gasPrice, String memo) {
    TxBody.Builder body = TxBody.newBuilder().setMemo(memo);
    messages.forEach(message -> body.addMessages(message.toAny()));
    ByteString bodyBytes = body.build().toByteString();
    Fee.Builder fee = Fee.newBuilder();
    if (gasPrice > 0) {
      long gas = Gas.of(messages, bodyBytes.size());
      fee.setGasLimit(gas)
          .addAmount(Denomination.of(Amount.ofNano(Math.multiplyExact(gas, gasPrice))));
    }
    ByteString keyBytes = ByteString.copyFrom(key.publicKey().toBytes());
    SignerInfo signer =
        SignerInfo.newBuilder()
            .setPublicKey(TypeUrls.pack(PubKey.newBuilder().setKey(keyBytes).build()))
            .setModeInfo(
                ModeInfo.newBuilder()
                    .setSingle(
                        ModeInfo.Single.newBuilder().setMode(TransactionDecoder.SIGN_MODE_DIRECT)))
            .setSequence(account.sequence())
            .build();
    AuthInfo authInfo = AuthInfo.newBuilder().addSignerInfos(signer).setFee(fee).build();
    ByteString authInfoBytes = authInfo.toByteString();
    byte[] signBytes =
        Transaction.signBytes(bodyBytes, authInfoBytes, account.chainId(), account.number());
    return TxRaw.newBuilder()
        .setBodyBytes(bodyBytes)
        .setAuthInfoBytes(authInfoBytes)
        .addSignatures(ByteString.copyFrom(key.sign(Hasher.sha256(signBytes))))
        .build()
        .toByteArray();
  }
}
