package exacta.protocol;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import exacta.crypto.Address;
import exacta.crypto.PublicKey;
import exacta.primitives.Amount;
import exacta.primitives.Digest32;
import exacta.protocol.cosmos.crypto.PubKey;
import exacta.protocol.cosmos.tx.AuthInfo;
import exacta.protocol.cosmos.tx.Fee;
import exacta.protocol.cosmos.tx.ModeInfo;
import exacta.protocol.cosmos.tx.SignerInfo;
import exacta.protocol.cosmos.tx.TxBody;
import exacta.protocol.cosmos.tx.TxRaw;
import exacta.protocol.v1.MsgPoolLink;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the bytes of a transaction, and refuses any that somebody could change without making
 * another transaction of it. Spec: transactions.md#form.
 */
final class TransactionDecoder {
  static final int SIGN_MODE_DIRECT = 1;
  private static final int SIGN_MODE_LEGACY_AMINO_JSON = 127;
  private static final String POOL_LINK = TypeUrls.of(MsgPoolLink.getDescriptor());
  private static final String PUBLIC_KEY = TypeUrls.of(PubKey.getDescriptor());

  private TransactionDecoder() {}

  static DecodedTransaction decode(byte[] transaction) {
    try {
      return read(transaction);
    } catch (MalformedException e) {
      return new DecodedTransaction.Malformed(e.getMessage());
    }
  }

  private static DecodedTransaction read(byte[] transaction) throws MalformedException {
    requireSize(transaction);
    TxRaw raw = Wire.canonical(TxRaw.parser(), ByteString.copyFrom(transaction), "the transaction");
    TxBody body = Wire.canonical(TxBody.parser(), raw.getBodyBytes(), "the body");
    requireMessages(body);
    boolean link = body.getMessagesList().stream().anyMatch(any -> isPoolLink(any));
    return link ? poolLink(raw, body) : signed(raw, body);
  }

  private static void requireSize(byte[] transaction) throws MalformedException {
    if (transaction.length == 0 || transaction.length > Bounds.TRANSACTION_BYTES_MAX) {
      throw new MalformedException(
          "a transaction has 1 to %d bytes, not %d"
              .formatted(Bounds.TRANSACTION_BYTES_MAX, transaction.length));
    }
  }

  private static void requireMessages(TxBody body) throws MalformedException {
    int count = body.getMessagesCount();
    if (count < 1 || count > Bounds.MESSAGES_MAX) {
      throw new MalformedException(
          "a transaction has 1 to %d messages, not %d".formatted(Bounds.MESSAGES_MAX, count));
    }
  }

  private static boolean isPoolLink(Any message) {
    return message.getTypeUrl().equals(POOL_LINK);
  }

  private static DecodedTransaction poolLink(TxRaw raw, TxBody body) throws MalformedException {
    require(
        body.getMessagesCount() == 1
            && body.getMemo().isEmpty()
            && body.getTimeoutHeight() == 0
            && raw.getAuthInfoBytes().isEmpty()
            && raw.getSignaturesCount() == 0,
        "a proposer's link stands alone: no other message, no memo, no signature");
    MsgPoolLink message =
        Wire.canonical(MsgPoolLink.parser(), body.getMessages(0).getValue(), POOL_LINK);
    Address proposer =
        Address.parse(message.getProposer())
            .orElseThrow(() -> new MalformedException("proposer is not an address"));
    Digest32 link =
        Wire.parseDigest(message.getLink())
            .orElseThrow(() -> new MalformedException("link must have 32 bytes"));
    return new DecodedTransaction.PoolLink(proposer, link);
  }

  private static Transaction signed(TxRaw raw, TxBody body) throws MalformedException {
    AuthInfo authInfo =
        Wire.canonical(AuthInfo.parser(), raw.getAuthInfoBytes(), "the signer's part");
    if (authInfo.getSignerInfosCount() != 1 || raw.getSignaturesCount() != 1) {
      throw new MalformedException(
          "a transaction has one signer and one signature, not %d and %d"
              .formatted(authInfo.getSignerInfosCount(), raw.getSignaturesCount()));
    }
    ByteString signature = raw.getSignatures(0);
    require(
        signature.size() == PublicKey.SIGNATURE_BYTES,
        "a signature has 64 bytes, not " + signature.size());
    require(
        Shape.utf8Length(body.getMemo()) <= Bounds.MEMO_BYTES_MAX,
        "a memo has at most " + Bounds.MEMO_BYTES_MAX + " bytes");
    SignerInfo info = authInfo.getSignerInfos(0);
    checkMode(info.getModeInfo());
    PublicKey key = publicKey(info);
    require(
        info.getSequence() >= 0
            && body.getTimeoutHeight() >= 0
            && authInfo.getFee().getGasLimit() >= 0,
        "an integer is at least 2^63");
    List<Message> messages = messages(body);
    Address signer = key.address();
    Address principal = principal(messages, signer);
    return new Transaction(
        messages,
        principal,
        signer,
        key,
        info.getSequence(),
        body.getMemo(),
        body.getTimeoutHeight(),
        fee(authInfo.getFee()),
        authInfo.getFee().getGasLimit(),
        raw.getBodyBytes(),
        raw.getAuthInfoBytes(),
        signature);
  }

  private static void checkMode(ModeInfo info) throws MalformedException {
    int mode = info.getSingle().getMode();
    require(
        mode != SIGN_MODE_LEGACY_AMINO_JSON,
        "signed in the mode SIGN_MODE_LEGACY_AMINO_JSON, as Ledger devices and amino-only wallets"
            + " do; this chain takes SIGN_MODE_DIRECT only");
    require(mode == SIGN_MODE_DIRECT, "the sign mode must be SIGN_MODE_DIRECT (1), not " + mode);
  }

  private static PublicKey publicKey(SignerInfo info) throws MalformedException {
    require(info.hasPublicKey(), "the signer's public key is missing");
    require(
        info.getPublicKey().getTypeUrl().equals(PUBLIC_KEY),
        "the signer's public key must be of kind " + PUBLIC_KEY);
    PubKey key =
        Wire.canonical(PubKey.parser(), info.getPublicKey().getValue(), "the signer's public key");
    return PublicKey.parse(key.getKey().toByteArray())
        .orElseThrow(
            () -> new MalformedException("the signer's public key is no point of secp256k1"));
  }

  private static List<Message> messages(TxBody body) throws MalformedException {
    List<Message> messages = new ArrayList<>(body.getMessagesCount());
    for (Any any : body.getMessagesList()) {
      messages.add(MessageKinds.decode(any));
    }
    return messages;
  }

  /**
   * Whose messages these are: the signer's, or one host's, all of whose duties an operator does.
   */
  private static Address principal(List<Message> messages, Address signer)
      throws MalformedException {
    Address principal = messages.getFirst().signer();
    boolean areDuties = messages.stream().allMatch(Duty::is);
    for (int i = 0; i < messages.size(); i++) {
      Message message = messages.get(i);
      boolean isRight = message.signer().equals(areDuties ? principal : signer);
      if (!isRight) {
        throw new MalformedException(
            "message %d is of account %s, but the transaction is signed by %s"
                .formatted(i, message.signerText(), signer));
      }
    }
    return principal;
  }

  /** What can be tried before it is signed; sign mode, key, signature and fee do not matter. */
  static SimulatedTransaction simulated(byte[] transaction) throws MalformedException {
    requireSize(transaction);
    TxRaw raw = Wire.canonical(TxRaw.parser(), ByteString.copyFrom(transaction), "the transaction");
    TxBody body = Wire.canonical(TxBody.parser(), raw.getBodyBytes(), "the body");
    requireMessages(body);
    AuthInfo authInfo =
        Wire.canonical(AuthInfo.parser(), raw.getAuthInfoBytes(), "the signer's part");
    List<Message> messages = messages(body);
    Address principal = principal(messages, messages.getFirst().signer());
    long sequence =
        authInfo.getSignerInfosCount() == 0 ? 0 : authInfo.getSignerInfos(0).getSequence();
    return new SimulatedTransaction(
        messages, principal, sequence, Gas.of(messages, raw.getBodyBytes().size()));
  }

  private static Amount fee(Fee fee) throws MalformedException {
    if (fee.getAmountCount() == 0) {
      return Amount.ZERO;
    }
    require(fee.getAmountCount() == 1, "a fee is one sum of " + Denomination.NAME);
    return Denomination.parse(fee.getAmount(0))
        .orElseThrow(() ->
            new MalformedException("a fee is a decimal number below 2^63 of " + Denomination.NAME));
  }

  private static void require(boolean condition, String rule) throws MalformedException {
    if (!condition) {
      throw new MalformedException(rule);
    }
  }
}
