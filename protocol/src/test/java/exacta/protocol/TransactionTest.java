package exacta.protocol;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import exacta.primitives.Amount;
import exacta.primitives.Digest32;
import exacta.protocol.cosmos.base.Coin;
import exacta.protocol.cosmos.tx.AuthInfo;
import exacta.protocol.cosmos.tx.Fee;
import exacta.protocol.cosmos.tx.ModeInfo;
import exacta.protocol.cosmos.tx.TxBody;
import exacta.protocol.cosmos.tx.TxRaw;
import exacta.protocol.v1.MsgPoolLink;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TransactionTest {
  private static Transaction decoded(byte[] bytes) {
    return assertInstanceOf(Transaction.class, Transaction.decode(bytes));
  }

  private static void assertRefused(String reason, byte[] bytes) {
    DecodedTransaction.Malformed malformed =
        assertInstanceOf(DecodedTransaction.Malformed.class, Transaction.decode(bytes));
    assertTrue(malformed.reason().contains(reason), malformed.reason());
    assertEquals(Optional.empty(), Transaction.signerText(bytes));
  }

  @Test
  void decodesWhatItBuilds() {
    List<Message> messages = Fixtures.oneOfEachKind();
    byte[] bytes =
        TransactionBuilder.build(messages, Fixtures.ALICE, Fixtures.CHAIN, 3, 5, "a memo");
    Transaction transaction = decoded(bytes);
    assertEquals(messages, transaction.messages());
    assertEquals(Fixtures.ALICE.address(), transaction.signer());
    assertEquals(5, transaction.sequence());
    assertEquals("a memo", transaction.memo());
    assertEquals(Amount.ZERO, transaction.fee());
    assertEquals(Optional.of(Fixtures.ALICE.address().toString()), Transaction.signerText(bytes));
  }

  @Test
  void bindsTheSignatureToChainAndAccountNumber() {
    Transaction transaction = decoded(Fixtures.transaction(Fixtures.send(1)));
    assertTrue(transaction.signatureValid(Fixtures.CHAIN, 3));
    assertFalse(transaction.signatureValid(Fixtures.CHAIN, 4));
    assertFalse(transaction.signatureValid("exacta-other", 3));
  }

  @Test
  void readsALinkOfThePool() {
    byte[] bytes = PoolLinks.transaction(Fixtures.BOB.address(), Fixtures.hash("link"));
    assertEquals(
        new DecodedTransaction.PoolLink(Fixtures.BOB.address(), Fixtures.hash("link")),
        Transaction.decode(bytes));
    assertEquals(Optional.empty(), Transaction.signerText(bytes));
  }

  private static TxRaw raw() {
    return parse(Fixtures.transaction(Fixtures.send(1)));
  }

  private static TxRaw parse(byte[] bytes) {
    return Wire.strict(TxRaw.parser(), bytes).orElseThrow();
  }

  private static byte[] withBody(Consumer<TxBody.Builder> change) {
    TxBody.Builder body =
        Wire.strict(TxBody.parser(), raw().getBodyBytes()).orElseThrow().toBuilder();
    change.accept(body);
    return raw().toBuilder().setBodyBytes(body.build().toByteString()).build().toByteArray();
  }

  private static byte[] withAuthInfo(Consumer<AuthInfo.Builder> change) {
    AuthInfo.Builder authInfo =
        Wire.strict(AuthInfo.parser(), raw().getAuthInfoBytes()).orElseThrow().toBuilder();
    change.accept(authInfo);
    return raw().toBuilder()
        .setAuthInfoBytes(authInfo.build().toByteString())
        .build()
        .toByteArray();
  }

  private static byte[] withMode(int mode) {
    return withAuthInfo(authInfo ->
        authInfo
            .getSignerInfosBuilder(0)
            .setModeInfo(
                ModeInfo.newBuilder().setSingle(ModeInfo.Single.newBuilder().setMode(mode))));
  }

  @Test
  void refusesOtherSignModes() {
    assertRefused("LEGACY_AMINO_JSON", withMode(127));
    assertRefused("must be SIGN_MODE_DIRECT (1), not 2", withMode(2));
    assertRefused("must be SIGN_MODE_DIRECT (1), not 0", withMode(0));
  }

  @Test
  void refusesWhatIsNotOfTheSigner() {
    Message ofAlice = Fixtures.send(1);
    byte[] signedByBob =
        TransactionBuilder.build(List.of(ofAlice), Fixtures.BOB, Fixtures.CHAIN, 3, 5, "");
    assertRefused("is of account " + Fixtures.ALICE.address(), signedByBob);
  }

  /** Whose operator the signer is, the ledger knows. */
  @Test
  void anotherMayDoTheDutiesOfOneHostAndNothingElse() {
    List<Message> all = Fixtures.oneOfEachKind();
    for (Message message : all) {
      byte[] signedByBob =
          TransactionBuilder.build(List.of(message), Fixtures.BOB, Fixtures.CHAIN, 3, 5, "");
      if (Duty.is(message)) {
        Transaction transaction = decoded(signedByBob);
        assertEquals(Fixtures.ALICE.address(), transaction.principal());
        assertEquals(Fixtures.BOB.address(), transaction.signer());
      } else {
        assertRefused("is of account " + message.signerText(), signedByBob);
      }
    }
    List<Message> duties = all.stream().filter(Duty::is).toList();
    assertEquals(10, duties.size());
    List<Message> mixed = List.of(duties.getFirst(), Fixtures.send(1));
    assertRefused(
        "message 0 is of account",
        TransactionBuilder.build(mixed, Fixtures.BOB, Fixtures.CHAIN, 3, 5, ""));
  }

  @Test
  void paysForItsGasToTheUnit() {
    TransactionBuilder.Account account = new TransactionBuilder.Account(Fixtures.CHAIN, 3, 5);
    byte[] bytes =
        TransactionBuilder.build(List.of(Fixtures.send(1)), Fixtures.ALICE, account, 3, "memo");
    Transaction transaction = decoded(bytes);
    assertEquals(Gas.of(transaction), transaction.gasLimit());
    assertEquals(Amount.ofNano(3 * Gas.of(transaction)), transaction.fee());
    assertTrue(transaction.signatureValid(Fixtures.CHAIN, 3));
  }

  /**
   * cosmjs leaves the signature empty and the mode open, Keplr leaves the key out and says amino.
   */
  @Test
  void simulatesWhatNobodySigned() {
    long gas = Gas.of(decoded(Fixtures.transaction(Fixtures.send(1))));
    byte[] ofCosmjs =
        parse(
                withAuthInfo(authInfo -> {
                  authInfo
                      .getSignerInfosBuilder(0)
                      .getModeInfoBuilder()
                      .getSingleBuilder()
                      .setMode(0);
                  authInfo.setFee(Fee.getDefaultInstance());
                }))
            .toBuilder()
            .setSignatures(0, ByteString.EMPTY)
            .build()
            .toByteArray();
    byte[] ofKeplr =
        parse(
                withAuthInfo(authInfo ->
                    authInfo
                        .getSignerInfosBuilder(0)
                        .clearPublicKey()
                        .getModeInfoBuilder()
                        .getSingleBuilder()
                        .setMode(127)))
            .toBuilder()
            .setSignatures(0, ByteString.copyFrom(new byte[64]))
            .build()
            .toByteArray();
    for (byte[] bytes : List.of(ofCosmjs, ofKeplr)) {
      SimulatedTransaction simulated =
          assertInstanceOf(
                  SimulatedTransaction.Decoded.Readable.class, SimulatedTransaction.decode(bytes))
              .transaction();
      assertEquals(gas, simulated.gas());
      assertEquals(Fixtures.ALICE.address(), simulated.principal());
      assertEquals(List.of(Fixtures.send(1)), simulated.messages());
    }
    assertInstanceOf(
        SimulatedTransaction.Decoded.Malformed.class, SimulatedTransaction.decode(new byte[3]));
  }

  @Test
  void sharesOfAMultiSendAddUp() {
    assertEquals(2, Fixtures.multiSend(7, 3, 4).shares().orElseThrow().size());
    assertEquals(Optional.empty(), Fixtures.multiSend(7, 3, 3).shares());
    assertEquals(Optional.empty(), Fixtures.multiSend(7, 4, 4).shares());
    assertEquals(Optional.empty(), Fixtures.multiSend(7, 7, 0).shares());
    assertEquals(Optional.empty(), Fixtures.multiSend(1, Long.MAX_VALUE, Long.MAX_VALUE).shares());
  }

  @Test
  void refusesSeveralSignersAndSignatures() {
    assertRefused(
        "one signer and one signature",
        withAuthInfo(authInfo -> authInfo.addSignerInfos(authInfo.getSignerInfos(0))));
    assertRefused(
        "one signer and one signature",
        raw().toBuilder().addSignatures(raw().getSignatures(0)).build().toByteArray());
    assertRefused(
        "one signer and one signature", raw().toBuilder().clearSignatures().build().toByteArray());
    assertRefused(
        "a signature has 64 bytes",
        raw().toBuilder()
            .setSignatures(0, ByteString.copyFrom(new byte[65]))
            .build()
            .toByteArray());
  }

  @Test
  void refusesAForeignPublicKey() {
    assertRefused(
        "public key is missing",
        withAuthInfo(authInfo -> authInfo.getSignerInfosBuilder(0).clearPublicKey()));
    assertRefused(
        "must be of kind",
        withAuthInfo(authInfo ->
            authInfo
                .getSignerInfosBuilder(0)
                .setPublicKey(Any.newBuilder().setTypeUrl("/cosmos.crypto.ed25519.PubKey"))));
    assertRefused(
        "no point of secp256k1",
        withAuthInfo(authInfo ->
            authInfo.getSignerInfosBuilder(0).getPublicKeyBuilder().setValue(ByteString.EMPTY)));
  }

  @Test
  void refusesFeesThatAreNoneOfOurs() {
    Coin foreign = Coin.newBuilder().setDenom("uatom").setAmount("1").build();
    assertRefused(
        "of ngonka",
        withAuthInfo(authInfo -> authInfo.setFee(Fee.newBuilder().addAmount(foreign))));
    Coin tooMuch = foreign.toBuilder().setDenom("ngonka").setAmount("9223372036854775808").build();
    assertRefused(
        "below 2^63",
        withAuthInfo(authInfo -> authInfo.setFee(Fee.newBuilder().addAmount(tooMuch))));
  }

  @Test
  void takesAFee() {
    Fee fee = Fee.newBuilder().addAmount(Denomination.of(Amount.ofNano(7))).setGasLimit(9).build();
    Transaction transaction = decoded(withAuthInfo(authInfo -> authInfo.setFee(fee)));
    assertEquals(Amount.ofNano(7), transaction.fee());
    assertEquals(9, transaction.gasLimit());
  }

  @Test
  void refusesUnknownKindsAndTooMany() {
    Any unknown = Any.newBuilder().setTypeUrl("/cosmos.gov.v1.MsgVote\u0000").build();
    assertRefused(
        "unknown kind of message: /cosmos.gov.v1.MsgVote?",
        withBody(body -> body.addMessages(unknown)));
    assertRefused("1 to 256 messages, not 0", withBody(TxBody.Builder::clearMessages));
    assertRefused(
        "1 to 256 messages, not 257",
        withBody(body -> {
          for (int i = 0; i < 256; i++) {
            body.addMessages(body.getMessages(0));
          }
        }));
    assertRefused("a memo has at most", withBody(body -> body.setMemo("x".repeat(257))));
  }

  @Test
  void refusesALinkInOtherCompany() {
    MsgPoolLink link = MsgPoolLink.newBuilder().setLink(Fixtures.bytes("link")).build();
    assertRefused("stands alone", withBody(body -> body.addMessages(TypeUrls.pack(link))));
    assertRefused(
        "stands alone", withBody(body -> body.clearMessages().addMessages(TypeUrls.pack(link))));
    TxBody unnamed = TxBody.newBuilder().addMessages(TypeUrls.pack(link)).build();
    assertRefused(
        "proposer is not an address",
        TxRaw.newBuilder().setBodyBytes(unnamed.toByteString()).build().toByteArray());
  }

  @Test
  void refusesEveryOtherEncodingOfTheSameContent() {
    byte[] bytes = Fixtures.transaction(Fixtures.send(1));
    assertRefused("not protobuf", Arrays.copyOf(bytes, bytes.length - 1));
    ByteString more = ByteString.copyFrom(bytes);
    // Field 4, varint 0: unknown to TxRaw.
    assertRefused("unknown field, number 4", more.concat(hex("2000")).toByteArray());
    // Body again, first and last, where the last one wins.
    assertRefused("canonical", hex("0a00").concat(more).toByteArray());
    // The length of the body in one byte more than needed.
    TxRaw raw = raw();
    ByteString body = raw.getBodyBytes();
    ByteString length =
        ByteString.copyFrom(
            new byte[] {
              0x0a, (byte) (body.size() | 0x80), (byte) (body.size() >> 7 | 0x80), (byte) 0
            });
    ByteString rest = raw.toBuilder().clearBodyBytes().build().toByteString();
    assertRefused("canonical", length.concat(body).concat(rest).toByteArray());
    // A memo that is there and empty.
    ByteString emptyMemo = body.concat(hex("1200"));
    assertRefused("canonical", raw.toBuilder().setBodyBytes(emptyMemo).build().toByteArray());
    // timeout_timestamp of newer wallets.
    ByteString timeout = body.concat(hex("2a020801"));
    assertRefused(
        "unknown field, number 5", raw.toBuilder().setBodyBytes(timeout).build().toByteArray());
  }

  @Test
  void refusesSizesOutsideTheBounds() {
    assertRefused("1 to 1048576 bytes, not 0", new byte[0]);
    assertRefused("1 to 1048576 bytes", new byte[Bounds.TRANSACTION_BYTES_MAX + 1]);
  }

  @Test
  void givesEqualBytesForEqualArguments() {
    assertArrayEquals(
        Fixtures.transaction(Fixtures.send(1)), Fixtures.transaction(Fixtures.send(1)));
  }

  @Test
  void answersCarryTheSession() {
    Message open = Fixtures.oneOfEachKind().get(10);
    Digest32 session = Fixtures.hash("session");
    byte[] data =
        TransactionAnswers.encode(
            List.of(TransactionAnswers.done(Fixtures.send(1)), TransactionAnswers.opened(session)));
    assertEquals(Optional.of(session), TransactionAnswers.openedSession(data));
    assertEquals("/exacta.v1.MsgOpenSessionResponse", TransactionAnswers.done(open).getTypeUrl());
    assertEquals(Optional.empty(), TransactionAnswers.openedSession(new byte[] {1, 2, 3}));
  }

  private static ByteString hex(String text) {
    return ByteString.copyFrom(HexFormat.of().parseHex(text));
  }
}
