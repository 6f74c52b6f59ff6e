package exacta.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import exacta.primitives.Amount;
import exacta.protocol.cosmos.bank.Input;
import exacta.protocol.cosmos.bank.MsgMultiSend;
import exacta.protocol.cosmos.bank.MsgSend;
import exacta.protocol.cosmos.base.Coin;
import exacta.protocol.v1.Ask;
import exacta.protocol.v1.LaneCap;
import exacta.protocol.v1.MsgAnnounce;
import exacta.protocol.v1.MsgListModel;
import exacta.protocol.v1.MsgOpenSession;
import exacta.protocol.v1.MsgSettle;
import exacta.protocol.v1.MsgSprintAnswer;
import exacta.protocol.v1.MsgSprintCall;
import exacta.protocol.v1.MsgSprintCommit;
import exacta.protocol.v1.MsgVerdict;
import exacta.protocol.v1.NotShown;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class MessageTest {
  /** The example of this kind among the fixtures. */
  private static <T> T example(Class<T> kind) {
    return Fixtures.oneOfEachKind().stream()
        .map(Message::body)
        .filter(kind::isInstance)
        .map(kind::cast)
        .findFirst()
        .orElseThrow();
  }

  private static void assertMalformed(String reason, com.google.protobuf.Message body) {
    Any any = TypeUrls.pack(body);
    assertEquals(Optional.empty(), Message.decode(any));
    MalformedException refused =
        assertThrows(MalformedException.class, () -> MessageKinds.decode(any));
    assertTrue(refused.getMessage().contains(reason), refused.getMessage());
  }

  @Test
  void carriesEveryKindThereAndBack() {
    List<Message> kinds = Fixtures.oneOfEachKind();
    TreeSet<String> urls = new TreeSet<>();
    for (Message message : kinds) {
      assertEquals(Optional.of(message), Message.decode(message.toAny()));
      assertEquals(Fixtures.ALICE.address(), message.signer());
      urls.add(message.toAny().getTypeUrl());
    }
    assertEquals(Message.class.getPermittedSubclasses().length, urls.size());
    assertTrue(urls.contains("/cosmos.bank.v1beta1.MsgSend"));
    assertTrue(urls.contains("/exacta.v1.MsgSprintCommit"));
  }

  /** The first field names the signer, so emptying it makes any message malformed. */
  @Test
  void refusesMessagesOfNobody() {
    for (Message message : Fixtures.oneOfEachKind()) {
      com.google.protobuf.Message body = message.body();
      if (message instanceof Message.MultiSend) {
        // Its signer is the first field of its input.
        continue;
      }
      var first = body.getDescriptorForType().findFieldByNumber(1);
      assertMalformed(
          first.getName() + " is not an address",
          body.toBuilder().setField(first, "gonka1nobody").build());
    }
  }

  @Test
  void refusesMultiSendsOfNobodyOrOfSeveral() {
    MsgMultiSend send = Fixtures.multiSend(7, 3, 4).body();
    assertMalformed(
        "inputs.address is not an address",
        send.toBuilder().setInputs(0, Input.newBuilder().setAddress("gonka1nobody")).build());
    assertMalformed(
        "inputs must have 1 to 1 entries, not 2",
        send.toBuilder().addInputs(send.getInputs(0)).build());
    assertMalformed(
        "outputs must have 1 to 256 entries, not 0", send.toBuilder().clearOutputs().build());
  }

  @Test
  void refusesDigestsOfAnotherLength() {
    assertMalformed(
        "root must have 32 bytes, not 0",
        example(MsgSprintCommit.class).toBuilder().clearRoot().build());
    MsgSprintAnswer.Builder answer = example(MsgSprintAnswer.class).toBuilder();
    answer.getLeavesBuilder(0).setPath(0, ByteString.copyFrom(new byte[33]));
    assertMalformed("leaf.path must have 32 bytes, not 33", answer.build());
  }

  @Test
  void refusesNumbersFrom2To63On() {
    assertMalformed(
        "sprint must be from 1", example(MsgSprintCommit.class).toBuilder().setSprint(-1).build());
    assertMalformed(
        "count is 0 to 2^40",
        example(MsgSprintCommit.class).toBuilder().setCount(1L << 41).build());
    assertMalformed("sum is too large", example(MsgSettle.class).toBuilder().setSum(-1).build());
    LaneCap lane = example(MsgOpenSession.class).getLanes(0);
    assertMalformed(
        "the sum of all lanes is too large",
        example(MsgOpenSession.class).toBuilder()
            .addLanes(lane.toBuilder().setAmount(Long.MAX_VALUE))
            .build());
  }

  @Test
  void boundsEveryList() {
    MsgSprintCall.Builder call = example(MsgSprintCall.class).toBuilder().clearItems();
    assertMalformed("items must have 1 to 1024 entries, not 0", call.build());
    for (long i = 0; i <= Bounds.ITEMS_MAX; i++) {
      call.addItems(i);
    }
    assertMalformed("items must have 1 to 1024 entries, not 1025", call.build());
    MsgAnnounce announce = example(MsgAnnounce.class);
    Ask ask = announce.getAsks(0);
    MsgAnnounce.Builder many = announce.toBuilder();
    for (int i = 0; i < Bounds.ASKS_MAX; i++) {
      many.addAsks(ask);
    }
    assertMalformed("asks must have 0 to 64 entries", many.build());
  }

  @Test
  void refusesWhatHostsMayNotAnnounce() {
    MsgAnnounce announce = example(MsgAnnounce.class);
    for (String url : List.of("", "ftp://x", "http://a b", "http://" + "x".repeat(256))) {
      assertMalformed("url must be", announce.toBuilder().setUrl(url).build());
    }
    MsgAnnounce.Builder dear = announce.toBuilder();
    dear.getAsksBuilder(0).setOutputPrice(Bounds.PRICE_MAX + 1);
    assertMalformed("a price is at most", dear.build());
    MsgAnnounce.Builder none = announce.toBuilder();
    none.getAsksBuilder(0).setContextLength(0);
    assertMalformed("context_length", none.build());
    MsgListModel list = example(MsgListModel.class);
    for (String name : List.of("", "a/b", "a b", "x".repeat(65))) {
      assertMalformed("name has 1 to 64", list.toBuilder().setName(name).build());
    }
  }

  @Test
  void refusesKeysAndSignaturesThatAreNone() {
    assertMalformed(
        "session_key is no compressed public key",
        example(MsgOpenSession.class).toBuilder()
            .setSessionKey(ByteString.copyFrom(new byte[33]))
            .build());
    assertMalformed(
        "newest_order needs", example(MsgSettle.class).toBuilder().clearNewestOrder().build());
    MsgSettle.Builder open = example(MsgSettle.class).toBuilder();
    open.getOpenBuilder(0).getReceiptBuilder().setSignature(ByteString.EMPTY);
    assertMalformed("open.receipt needs", open.build());
  }

  @Test
  void refusesVotesThatAreNone() {
    MsgVerdict verdict = example(MsgVerdict.class);
    assertMalformed("vote is missing", verdict.toBuilder().clearVote().build());
    assertMalformed(
        "shown goes with recomputed only",
        verdict.toBuilder().setNotShown(NotShown.getDefaultInstance()).build());
  }

  @Test
  void refusesUnknownFieldsAndOtherEncodings() {
    Any any = Fixtures.send(1).toAny();
    ByteString unknown = any.getValue().concat(ByteString.copyFrom(new byte[] {0x78, 1}));
    assertEquals(Optional.empty(), Message.decode(any.toBuilder().setValue(unknown).build()));
    // A field twice, where the last one wins.
    MsgSend send = example(MsgSend.class);
    ByteString twice =
        send.toByteString()
            .concat(MsgSend.newBuilder().setToAddress(send.getToAddress()).build().toByteString());
    assertEquals(Optional.empty(), Message.decode(any.toBuilder().setValue(twice).build()));
    assertEquals(
        Optional.empty(),
        Message.decode(any.toBuilder().setTypeUrl("x/" + any.getTypeUrl()).build()));
  }

  private static Optional<Amount> sent(Coin... coins) {
    MsgSend.Builder send = example(MsgSend.class).toBuilder().clearAmount();
    for (Coin coin : coins) {
      send.addAmount(coin);
    }
    return new Message.Send(send.build()).amount();
  }

  private static Coin coin(String denomination, String amount) {
    return Coin.newBuilder().setDenom(denomination).setAmount(amount).build();
  }

  @Test
  void readsOneSumOfOurCoinOnly() {
    assertEquals(Optional.of(Amount.ofNano(17)), sent(coin("ngonka", "17")));
    assertEquals(
        Optional.of(Amount.ofNano(Long.MAX_VALUE)), sent(coin("ngonka", "9223372036854775807")));
    for (String none : List.of("0", "", "-1", "+1", "01", "1.5", "9223372036854775808", "1e3")) {
      assertEquals(Optional.empty(), sent(coin("ngonka", none)), none);
    }
    assertEquals(Optional.empty(), sent(coin("uatom", "1")));
    assertEquals(Optional.empty(), sent(coin("ngonka", "1"), coin("ngonka", "1")));
  }

  @Test
  void saysAtOnceWhatIsWrongWithAMessageOfOurOwn() {
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> new Message.SprintCommit(MsgSprintCommit.getDefaultInstance()));
    assertEquals("host is not an address", refused.getMessage());
  }
}
