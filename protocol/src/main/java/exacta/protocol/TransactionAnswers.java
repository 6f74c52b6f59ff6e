package exacta.protocol;

import com.google.protobuf.Any;
import exacta.primitives.Digest32;
import exacta.protocol.cosmos.tx.TxMsgData;
import exacta.protocol.v1.MsgOpenSessionResponse;
import java.util.List;
import java.util.Optional;

/**
 * The data of a transaction that took effect: one answer for each of its messages, in a {@code
 * TxMsgData}. Spec: transactions.md#answers.
 */
public final class TransactionAnswers {
  private TransactionAnswers() {}

  /** The answer to a message that has nothing to tell: its kind with {@code Response} behind. */
  public static Any done(Message message) {
    return Any.newBuilder()
        .setTypeUrl(TypeUrls.of(message.body().getDescriptorForType()) + "Response")
        .build();
  }

  /** The answer to {@link Message.OpenSession}. */
  public static Any opened(Digest32 session) {
    return TypeUrls.pack(
        MsgOpenSessionResponse.newBuilder().setSession(Wire.bytes(session)).build());
  }

  public static byte[] encode(List<Any> answers) {
    return TxMsgData.newBuilder().addAllMsgResponses(answers).build().toByteArray();
  }

  /** The first session that a transaction with this data opened. */
  public static Optional<Digest32> openedSession(byte[] data) {
    String opened = TypeUrls.of(MsgOpenSessionResponse.getDescriptor());
    return Wire.strict(TxMsgData.parser(), data).stream()
        .flatMap(answers -> answers.getMsgResponsesList().stream())
        .filter(any -> any.getTypeUrl().equals(opened))
        .findFirst()
        .flatMap(any -> Wire.strict(MsgOpenSessionResponse.parser(), any.getValue()))
        .flatMap(answer -> Wire.parseDigest(answer.getSession()));
  }
}
