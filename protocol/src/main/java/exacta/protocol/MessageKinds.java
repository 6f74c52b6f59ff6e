package exacta.protocol;

import com.google.protobuf.Any;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Parser;
import exacta.protocol.cosmos.bank.MsgMultiSend;
import exacta.protocol.cosmos.bank.MsgSend;
import exacta.protocol.v1.MsgAnnounce;
import exacta.protocol.v1.MsgCloseSession;
import exacta.protocol.v1.MsgDepositCollateral;
import exacta.protocol.v1.MsgGrantOperator;
import exacta.protocol.v1.MsgListModel;
import exacta.protocol.v1.MsgOpenSession;
import exacta.protocol.v1.MsgReceiptAttest;
import exacta.protocol.v1.MsgReceiptCall;
import exacta.protocol.v1.MsgReceiptChallenge;
import exacta.protocol.v1.MsgRegisterHost;
import exacta.protocol.v1.MsgRegisterValidator;
import exacta.protocol.v1.MsgRevokeOperator;
import exacta.protocol.v1.MsgSettle;
import exacta.protocol.v1.MsgSprintAnswer;
import exacta.protocol.v1.MsgSprintAttest;
import exacta.protocol.v1.MsgSprintCall;
import exacta.protocol.v1.MsgSprintChallenge;
import exacta.protocol.v1.MsgSprintCommit;
import exacta.protocol.v1.MsgTopUpSession;
import exacta.protocol.v1.MsgVerdict;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** All kinds of messages, by the name under which they travel. */
final class MessageKinds {
  /** How a kind is read. */
  private record Kind<T extends com.google.protobuf.Message>(
      Parser<T> parser, Function<T, Message> record) {
    Message decode(Any any) throws MalformedException {
      T body = Wire.canonical(parser, any.getValue(), any.getTypeUrl());
      try {
        return record.apply(body);
      } catch (IllegalArgumentException e) {
        throw new MalformedException(any.getTypeUrl() + ": " + e.getMessage());
      }
    }
  }

  private static final Map<String, Kind<?>> KINDS = kinds();

  private MessageKinds() {}

  private static Map<String, Kind<?>> kinds() {
    Map<String, Kind<?>> kinds = new TreeMap<>();
    add(kinds, MsgSend.getDescriptor(), MsgSend.parser(), Message.Send::new);
    add(kinds, MsgMultiSend.getDescriptor(), MsgMultiSend.parser(), Message.MultiSend::new);
    add(
        kinds,
        MsgRegisterHost.getDescriptor(),
        MsgRegisterHost.parser(),
        Message.RegisterHost::new);
    add(kinds, MsgAnnounce.getDescriptor(), MsgAnnounce.parser(), Message.Announce::new);
    add(kinds, MsgListModel.getDescriptor(), MsgListModel.parser(), Message.ListModel::new);
    add(
        kinds,
        MsgDepositCollateral.getDescriptor(),
        MsgDepositCollateral.parser(),
        Message.DepositCollateral::new);
    add(
        kinds,
        MsgRegisterValidator.getDescriptor(),
        MsgRegisterValidator.parser(),
        Message.RegisterValidator::new);
    add(
        kinds,
        MsgGrantOperator.getDescriptor(),
        MsgGrantOperator.parser(),
        Message.GrantOperator::new);
    add(
        kinds,
        MsgRevokeOperator.getDescriptor(),
        MsgRevokeOperator.parser(),
        Message.RevokeOperator::new);
    add(
        kinds,
        MsgSprintCommit.getDescriptor(),
        MsgSprintCommit.parser(),
        Message.SprintCommit::new);
    add(
        kinds,
        MsgSprintAttest.getDescriptor(),
        MsgSprintAttest.parser(),
        Message.SprintAttest::new);
    add(kinds, MsgSprintCall.getDescriptor(), MsgSprintCall.parser(), Message.SprintCall::new);
    add(
        kinds,
        MsgSprintAnswer.getDescriptor(),
        MsgSprintAnswer.parser(),
        Message.SprintAnswer::new);
    add(
        kinds,
        MsgSprintChallenge.getDescriptor(),
        MsgSprintChallenge.parser(),
        Message.SprintChallenge::new);
    add(kinds, MsgOpenSession.getDescriptor(), MsgOpenSession.parser(), Message.OpenSession::new);
    add(
        kinds,
        MsgTopUpSession.getDescriptor(),
        MsgTopUpSession.parser(),
        Message.TopUpSession::new);
    add(
        kinds,
        MsgCloseSession.getDescriptor(),
        MsgCloseSession.parser(),
        Message.CloseSession::new);
    add(kinds, MsgSettle.getDescriptor(), MsgSettle.parser(), Message.Settle::new);
    add(
        kinds,
        MsgReceiptAttest.getDescriptor(),
        MsgReceiptAttest.parser(),
        Message.ReceiptAttest::new);
    add(kinds, MsgReceiptCall.getDescriptor(), MsgReceiptCall.parser(), Message.ReceiptCall::new);
    add(
        kinds,
        MsgReceiptChallenge.getDescriptor(),
        MsgReceiptChallenge.parser(),
        Message.ReceiptChallenge::new);
    add(kinds, MsgVerdict.getDescriptor(), MsgVerdict.parser(), Message.Verdict::new);
    return kinds;
  }

  private static <T extends com.google.protobuf.Message> void add(
      Map<String, Kind<?>> kinds,
      Descriptor descriptor,
      Parser<T> parser,
      Function<T, Message> record) {
    kinds.put(TypeUrls.of(descriptor), new Kind<>(parser, record));
  }

  static Message decode(Any any) throws MalformedException {
    Kind<?> kind = KINDS.get(any.getTypeUrl());
    if (kind == null) {
      throw new MalformedException("unknown kind of message: " + shown(any.getTypeUrl()));
    }
    return kind.decode(any);
  }

  /** A stranger's text, fit for a log. */
  private static String shown(String text) {
    String printable = text.replaceAll("[^\\x20-\\x7e]", "?");
    return printable.length() <= 80 ? printable : printable.substring(0, 80) + "...";
  }
}
