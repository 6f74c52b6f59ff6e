package exacta.protocol;

import com.google.protobuf.ByteString;
import exacta.crypto.Address;
import exacta.crypto.Ed25519Key;
import exacta.crypto.PrivateKey;
import exacta.primitives.Amount;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import exacta.protocol.cosmos.bank.Input;
import exacta.protocol.cosmos.bank.MsgMultiSend;
import exacta.protocol.cosmos.bank.MsgSend;
import exacta.protocol.cosmos.bank.Output;
import exacta.protocol.v1.Ask;
import exacta.protocol.v1.InferenceRequest;
import exacta.protocol.v1.LaneCap;
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
import exacta.protocol.v1.MsgRevokeOperator;
import exacta.protocol.v1.MsgSettle;
import exacta.protocol.v1.MsgSprintAnswer;
import exacta.protocol.v1.MsgSprintAttest;
import exacta.protocol.v1.MsgSprintCall;
import exacta.protocol.v1.MsgSprintChallenge;
import exacta.protocol.v1.MsgSprintCommit;
import exacta.protocol.v1.MsgTopUpSession;
import exacta.protocol.v1.MsgVerdict;
import exacta.protocol.v1.OpenedLeaf;
import exacta.protocol.v1.Order;
import exacta.protocol.v1.OrderReceipt;
import exacta.protocol.v1.Recomputed;
import exacta.protocol.v1.SamplingParameters;
import exacta.protocol.v1.ShownProof;
import exacta.protocol.v1.Signed;
import exacta.protocol.v1.SumNode;
import java.util.List;

/** Keys and one well-formed example of everything. */
final class Fixtures {
  static final String CHAIN = "exacta-test";
  static final PrivateKey ALICE = PrivateKey.of(hash("alice").toBytes());
  static final PrivateKey BOB = PrivateKey.of(hash("bob").toBytes());

  private Fixtures() {}

  static Digest32 hash(String name) {
    return Hasher.of("fixture").text(name).finish();
  }

  static ByteString bytes(String name) {
    return Wire.bytes(hash(name));
  }

  static InferenceRequest request() {
    return InferenceRequest.newBuilder()
        .setModel(bytes("model"))
        .addAllPrompt(List.of(1, 2, 3))
        .setParameters(
            SamplingParameters.newBuilder()
                .setMaxTokens(20)
                .setTemperature(0.5f)
                .setTopK(40)
                .setTopP(0.9f)
                .addStop("\n\n"))
        .setSeed(bytes("seed"))
        .build();
  }

  static Order order(int... had) {
    InferenceRequest request = request();
    return Order.newBuilder()
        .setChainId(CHAIN)
        .setSession(bytes("session"))
        .setHost(Wire.bytes(BOB.address()))
        .setNumber(9)
        .setAcknowledged(1000)
        .addAllOpen(List.of(4L, 7L))
        .setModel(request.getModel())
        .setRequestHash(Wire.bytes(Requests.hash(request)))
        .setPromptCount(3 + had.length)
        .setMaxTokens(20 - had.length)
        .setInputPrice(1_000_000)
        .setOutputPrice(3_500_000)
        .setHadCount(had.length)
        .setHadHash(Wire.bytes(Orders.hadHash(had)))
        .build();
  }

  static Signed signedOrder() {
    return Signing.sign(Orders.TAG, order().toByteArray(), ALICE);
  }

  static Message send(long nanoCoins) {
    return new Message.Send(
        MsgSend.newBuilder()
            .setFromAddress(ALICE.address().toString())
            .setToAddress(BOB.address().toString())
            .addAmount(Denomination.of(Amount.ofNano(nanoCoins)))
            .build());
  }

  private static LaneCap lane(Address host) {
    return LaneCap.newBuilder().setHost(host.toString()).setAmount(5).build();
  }

  /** One of each kind, all of Alice. */
  static List<Message> oneOfEachKind() {
    String alice = ALICE.address().toString();
    String bob = BOB.address().toString();
    Signed signed = signedOrder();
    SumNode node = SumNode.newBuilder().setHash(bytes("node")).setSum(3).build();
    OpenedLeaf leaf =
        OpenedLeaf.newBuilder().setItem(3).setLeaf(bytes("leaf")).addPath(bytes("path")).build();
    Ask ask =
        Ask.newBuilder().setModel(bytes("model")).setInputPrice(1).setContextLength(8192).build();
    return List.of(
        send(17),
        new Message.RegisterHost(
            MsgRegisterHost.newBuilder().setHost(alice).setUrl("http://127.0.0.1:9400").build()),
        new Message.Announce(
            MsgAnnounce.newBuilder().setHost(alice).setUrl("https://a.b").addAsks(ask).build()),
        new Message.ListModel(
            MsgListModel.newBuilder()
                .setLister(alice)
                .setName("SmolLM2-135M")
                .setRoot(bytes("root"))
                .setCardBytes(1)
                .setWeightBytes(2)
                .setLeafCount(3)
                .build()),
        new Message.DepositCollateral(
            MsgDepositCollateral.newBuilder().setHost(alice).setAmount(1).build()),
        new Message.SprintCommit(
            MsgSprintCommit.newBuilder().setHost(alice).setSprint(1).setRoot(bytes("r")).build()),
        new Message.SprintAttest(
            MsgSprintAttest.newBuilder()
                .setAuditor(alice)
                .setSprint(1)
                .setHost(bob)
                .setAttestation(bytes("a"))
                .build()),
        new Message.SprintCall(
            MsgSprintCall.newBuilder()
                .setCaller(alice)
                .setSprint(1)
                .setHost(bob)
                .addItems(0)
                .build()),
        new Message.SprintAnswer(
            MsgSprintAnswer.newBuilder().setHost(alice).setSprint(1).addLeaves(leaf).build()),
        new Message.SprintChallenge(
            MsgSprintChallenge.newBuilder()
                .setChallenger(alice)
                .setSprint(1)
                .setHost(bob)
                .setLeaf(leaf)
                .build()),
        new Message.OpenSession(
            MsgOpenSession.newBuilder()
                .setDeveloper(alice)
                .setSessionKey(ByteString.copyFrom(BOB.publicKey().toBytes()))
                .setLastEpoch(9)
                .addLanes(lane(BOB.address()))
                .build()),
        new Message.TopUpSession(
            MsgTopUpSession.newBuilder()
                .setDeveloper(alice)
                .setSession(bytes("session"))
                .addLanes(lane(BOB.address()))
                .build()),
        new Message.CloseSession(
            MsgCloseSession.newBuilder().setDeveloper(alice).setSession(bytes("session")).build()),
        new Message.Settle(
            MsgSettle.newBuilder()
                .setHost(alice)
                .setSession(bytes("session"))
                .setLastNumber(4)
                .setRoot(bytes("root"))
                .setSum(5)
                .setNewestOrder(signed)
                .addOpen(OrderReceipt.newBuilder().setOrder(signed).setReceipt(signed))
                .build()),
        new Message.ReceiptAttest(
            MsgReceiptAttest.newBuilder()
                .setAuditor(alice)
                .setHost(bob)
                .setAttestation(bytes("a"))
                .build()),
        new Message.ReceiptCall(
            MsgReceiptCall.newBuilder()
                .setCaller(alice)
                .setHost(bob)
                .setSession(bytes("session"))
                .setCoin(12)
                .build()),
        new Message.ReceiptChallenge(
            MsgReceiptChallenge.newBuilder()
                .setChallenger(alice)
                .setHost(bob)
                .setSession(bytes("session"))
                .setNumber(1)
                .setOrder(signed)
                .setReceipt(signed)
                .addPath(node)
                .build()),
        new Message.Verdict(
            MsgVerdict.newBuilder()
                .setJuror(alice)
                .setDispute(2)
                .setRecomputed(
                    Recomputed.newBuilder().setDigest(bytes("d")).setStreamHash(bytes("s")))
                .setShown(
                    ShownProof.newBuilder()
                        .setNumber(1)
                        .setOrder(signed)
                        .setReceipt(signed)
                        .addPath(node))
                .build()),
        multiSend(7, 3, 4),
        ConsensusKeys.register(
            CHAIN, ALICE.address(), Ed25519Key.of(hash("consensus").toBytes()), hash("anchor")),
        new Message.GrantOperator(
            MsgGrantOperator.newBuilder().setHost(alice).setOperator(bob).build()),
        new Message.RevokeOperator(MsgRevokeOperator.newBuilder().setHost(alice).build()));
  }

  /** From Alice: the input, and what Bob gets in one output each. */
  static Message.MultiSend multiSend(long input, long... outputs) {
    MsgMultiSend.Builder send =
        MsgMultiSend.newBuilder()
            .addInputs(
                Input.newBuilder()
                    .setAddress(ALICE.address().toString())
                    .addCoins(Denomination.of(Amount.ofNano(input))));
    for (long output : outputs) {
      send.addOutputs(
          Output.newBuilder()
              .setAddress(BOB.address().toString())
              .addCoins(Denomination.of(Amount.ofNano(output))));
    }
    return new Message.MultiSend(send.build());
  }

  static byte[] transaction(Message... messages) {
    return TransactionBuilder.build(List.of(messages), ALICE, CHAIN, 3, 5, "");
  }
}
