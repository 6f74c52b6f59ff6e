package exacta.protocol;

import com.google.protobuf.ByteString;
import exacta.crypto.Ed25519Key;
import exacta.crypto.PublicKey;
import exacta.protocol.cosmos.bank.MsgMultiSend;
import exacta.protocol.cosmos.bank.MsgSend;
import exacta.protocol.cosmos.bank.Output;
import exacta.protocol.v1.Ask;
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
import exacta.protocol.v1.OpenedLeaf;
import exacta.protocol.v1.OrderReceipt;
import exacta.protocol.v1.Recomputed;
import exacta.protocol.v1.Signed;
import exacta.protocol.v1.SumNode;
import java.util.List;

/** The form of each kind of message. Spec: transactions.md#messages. */
final class MessageShape {
  private static final int COINS_MAX = 16;

  private MessageShape() {}

  static void check(MsgSend send) {
    Shape.address("from_address", send.getFromAddress());
    Shape.address("to_address", send.getToAddress());
    Shape.count("amount", send.getAmountCount(), 1, COINS_MAX);
  }

  static void check(MsgMultiSend send) {
    Shape.count("inputs", send.getInputsCount(), 1, 1);
    Shape.address("inputs.address", send.getInputs(0).getAddress());
    Shape.count("inputs.coins", send.getInputs(0).getCoinsCount(), 1, COINS_MAX);
    Shape.count("outputs", send.getOutputsCount(), 1, Bounds.OUTPUTS_MAX);
    for (Output output : send.getOutputsList()) {
      Shape.address("outputs.address", output.getAddress());
      Shape.count("outputs.coins", output.getCoinsCount(), 1, COINS_MAX);
    }
  }

  static void check(MsgRegisterHost register) {
    Shape.address("host", register.getHost());
    Shape.url("url", register.getUrl());
  }

  static void check(MsgAnnounce announce) {
    Shape.address("host", announce.getHost());
    Shape.url("url", announce.getUrl());
    Shape.count("asks", announce.getAsksCount(), 0, Bounds.ASKS_MAX);
    announce.getAsksList().forEach(MessageShape::checkAsk);
  }

  private static void checkAsk(Ask ask) {
    Shape.digest("asks.model", ask.getModel());
    Shape.that(
        Orders.isPrice(ask.getInputPrice()) && Orders.isPrice(ask.getOutputPrice()),
        "asks: a price is at most " + Bounds.PRICE_MAX);
    Shape.that(
        ask.getContextLength() >= 1 && ask.getContextLength() <= Bounds.TOKENS_MAX,
        "asks.context_length is 1 to " + Bounds.TOKENS_MAX);
  }

  static void check(MsgListModel list) {
    Shape.address("lister", list.getLister());
    Shape.that(
        list.getName().matches("[A-Za-z0-9._-]{1," + Bounds.NAME_CHARACTERS_MAX + "}"),
        "name has 1 to " + Bounds.NAME_CHARACTERS_MAX + " letters, digits, dots, '-' and '_'");
    Shape.digest("root", list.getRoot());
    Shape.positive("card_bytes", list.getCardBytes());
    Shape.positive("weight_bytes", list.getWeightBytes());
    Shape.positive("leaf_count", list.getLeafCount());
  }

  static void check(MsgDepositCollateral deposit) {
    Shape.address("host", deposit.getHost());
    Shape.positive("amount", deposit.getAmount());
  }

  static void check(MsgRegisterValidator register) {
    Shape.address("host", register.getHost());
    Shape.that(
        register.getConsensusKey().size() == Ed25519Key.BYTES,
        "consensus_key is an ed25519 public key of 32 bytes");
    Shape.that(
        register.getProof().size() == Ed25519Key.SIGNATURE_BYTES,
        "proof is a signature of 64 bytes");
    Shape.digest("anchor", register.getAnchor());
  }

  static void check(MsgGrantOperator grant) {
    Shape.address("host", grant.getHost());
    Shape.address("operator", grant.getOperator());
  }

  static void check(MsgRevokeOperator revoke) {
    Shape.address("host", revoke.getHost());
  }

  static void check(MsgSprintCommit commit) {
    Shape.address("host", commit.getHost());
    Shape.positive("sprint", commit.getSprint());
    Shape.that(
        commit.getCount() >= 0 && commit.getCount() <= 1L << Bounds.PATH_MAX,
        "count is 0 to 2^" + Bounds.PATH_MAX);
    Shape.digest("root", commit.getRoot());
  }

  static void check(MsgSprintAttest attest) {
    Shape.address("auditor", attest.getAuditor());
    Shape.positive("sprint", attest.getSprint());
    Shape.address("host", attest.getHost());
    Shape.digest("attestation", attest.getAttestation());
  }

  static void check(MsgSprintCall call) {
    Shape.address("caller", call.getCaller());
    Shape.positive("sprint", call.getSprint());
    Shape.address("host", call.getHost());
    Shape.count("items", call.getItemsCount(), 1, Bounds.ITEMS_MAX);
    Shape.naturals("items", call.getItemsList());
  }

  static void check(MsgSprintAnswer answer) {
    Shape.address("host", answer.getHost());
    Shape.positive("sprint", answer.getSprint());
    Shape.count("leaves", answer.getLeavesCount(), 1, Bounds.ITEMS_MAX);
    answer.getLeavesList().forEach(MessageShape::checkLeaf);
  }

  static void check(MsgSprintChallenge challenge) {
    Shape.address("challenger", challenge.getChallenger());
    Shape.positive("sprint", challenge.getSprint());
    Shape.address("host", challenge.getHost());
    Shape.that(challenge.hasLeaf(), "leaf is missing");
    checkLeaf(challenge.getLeaf());
  }

  private static void checkLeaf(OpenedLeaf leaf) {
    Shape.natural("leaf.item", leaf.getItem());
    Shape.digest("leaf.leaf", leaf.getLeaf());
    Shape.count("leaf.path", leaf.getPathCount(), 0, Bounds.PATH_MAX);
    for (ByteString sibling : leaf.getPathList()) {
      Shape.digest("leaf.path", sibling);
    }
  }

  static void check(MsgOpenSession open) {
    Shape.address("developer", open.getDeveloper());
    Shape.that(
        PublicKey.parse(open.getSessionKey().toByteArray()).isPresent(),
        "session_key is no compressed public key of secp256k1");
    Shape.natural("last_epoch", open.getLastEpoch());
    checkLanes(open.getLanesList());
  }

  static void check(MsgTopUpSession topUp) {
    Shape.address("developer", topUp.getDeveloper());
    Shape.digest("session", topUp.getSession());
    checkLanes(topUp.getLanesList());
  }

  private static void checkLanes(List<LaneCap> lanes) {
    Shape.count("lanes", lanes.size(), 1, Bounds.LANES_MAX);
    long sum = 0;
    for (LaneCap lane : lanes) {
      Shape.address("lanes.host", lane.getHost());
      Shape.positive("lanes.amount", lane.getAmount());
      Shape.that(lane.getAmount() <= Long.MAX_VALUE - sum, "the sum of all lanes is too large");
      sum += lane.getAmount();
    }
  }

  static void check(MsgCloseSession close) {
    Shape.address("developer", close.getDeveloper());
    Shape.digest("session", close.getSession());
  }

  static void check(MsgSettle settle) {
    Shape.address("host", settle.getHost());
    Shape.digest("session", settle.getSession());
    Shape.positive("last_number", settle.getLastNumber());
    Shape.digest("root", settle.getRoot());
    Shape.natural("sum", settle.getSum());
    checkSigned("newest_order", settle.getNewestOrder());
    Shape.count("open", settle.getOpenCount(), 0, Bounds.OPEN_ORDERS_MAX + 1);
    for (OrderReceipt open : settle.getOpenList()) {
      checkSigned("open.order", open.getOrder());
      checkSigned("open.receipt", open.getReceipt());
    }
  }

  private static void checkSigned(String field, Signed signed) {
    Shape.that(
        Signing.isWellFormed(signed),
        field
            + " needs a body of 1 to %d bytes, a signature of 64 and a public key of 33"
                .formatted(Bounds.SIGNED_BYTES_MAX));
  }

  static void check(MsgReceiptAttest attest) {
    Shape.address("auditor", attest.getAuditor());
    Shape.natural("epoch", attest.getEpoch());
    Shape.address("host", attest.getHost());
    Shape.digest("attestation", attest.getAttestation());
  }

  static void check(MsgReceiptCall call) {
    Shape.address("caller", call.getCaller());
    Shape.natural("epoch", call.getEpoch());
    Shape.address("host", call.getHost());
    Shape.digest("session", call.getSession());
    Shape.natural("coin", call.getCoin());
  }

  static void check(MsgReceiptChallenge challenge) {
    Shape.address("challenger", challenge.getChallenger());
    Shape.natural("epoch", challenge.getEpoch());
    Shape.address("host", challenge.getHost());
    Shape.digest("session", challenge.getSession());
    Shape.positive("number", challenge.getNumber());
    checkSigned("order", challenge.getOrder());
    checkSigned("receipt", challenge.getReceipt());
    checkPath(challenge.getPathList());
  }

  private static void checkPath(List<SumNode> path) {
    Shape.count("path", path.size(), 0, Bounds.PATH_MAX);
    for (SumNode node : path) {
      Shape.digest("path.hash", node.getHash());
      Shape.natural("path.sum", node.getSum());
    }
  }

  static void check(MsgVerdict verdict) {
    Shape.address("juror", verdict.getJuror());
    Shape.natural("dispute", verdict.getDispute());
    switch (verdict.getVoteCase()) {
      case RECOMPUTED -> {
        Recomputed recomputed = verdict.getRecomputed();
        Shape.digest("recomputed.digest", recomputed.getDigest());
        Shape.digest("recomputed.stream_hash", recomputed.getStreamHash());
      }
      case NOT_SHOWN -> {}
      case VOTE_NOT_SET -> throw new IllegalArgumentException("vote is missing");
    }
    if (verdict.hasShown()) {
      Shape.that(verdict.hasRecomputed(), "shown goes with recomputed only");
      Shape.positive("shown.number", verdict.getShown().getNumber());
      checkSigned("shown.order", verdict.getShown().getOrder());
      checkSigned("shown.receipt", verdict.getShown().getReceipt());
      checkPath(verdict.getShown().getPathList());
    }
  }
}
