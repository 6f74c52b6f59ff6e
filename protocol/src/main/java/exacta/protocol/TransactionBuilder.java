package exacta.protocol;

import com.google.protobuf.ByteString;
import exacta.crypto.PrivateKey;
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

  /**
   * A transaction without fee. Equal arguments give equal bytes.
   *
   * @param sequence how many transactions of the account went before
   */
  public static byte[] build(
      List<Message> messages,
      PrivateKey key,
      String chainId,
      long accountNumber,
      long sequence,
      String memo) {
    TxBody.Builder body = TxBody.newBuilder().setMemo(memo);
    messages.forEach(message -> body.addMessages(message.toAny()));
    ByteString keyBytes = ByteString.copyFrom(key.publicKey().toBytes());
    SignerInfo signer =
        SignerInfo.newBuilder()
            .setPublicKey(TypeUrls.pack(PubKey.newBuilder().setKey(keyBytes).build()))
            .setModeInfo(
                ModeInfo.newBuilder()
                    .setSingle(
                        ModeInfo.Single.newBuilder().setMode(TransactionDecoder.SIGN_MODE_DIRECT)))
            .setSequence(sequence)
            .build();
    AuthInfo authInfo =
        AuthInfo.newBuilder().addSignerInfos(signer).setFee(Fee.getDefaultInstance()).build();
    ByteString bodyBytes = body.build().toByteString();
    ByteString authInfoBytes = authInfo.toByteString();
    byte[] signBytes = Transaction.signBytes(bodyBytes, authInfoBytes, chainId, accountNumber);
    return TxRaw.newBuilder()
        .setBodyBytes(bodyBytes)
        .setAuthInfoBytes(authInfoBytes)
        .addSignatures(ByteString.copyFrom(key.sign(Hasher.sha256(signBytes))))
        .build()
        .toByteArray();
  }
}
