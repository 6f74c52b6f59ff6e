package exacta.consensus.abci;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import exacta.consensus.abci.wire.BlockIDFlag;
import exacta.consensus.abci.wire.CommitInfo;
import exacta.consensus.abci.wire.Event;
import exacta.consensus.abci.wire.EventAttribute;
import exacta.consensus.abci.wire.ExecTxResult;
import exacta.consensus.abci.wire.Misbehavior;
import exacta.consensus.abci.wire.PublicKey;
import exacta.consensus.abci.wire.RequestFinalizeBlock;
import exacta.consensus.abci.wire.ValidatorUpdate;
import exacta.ledger.Block;
import exacta.ledger.ConsensusAddress;
import exacta.ledger.TxEvent;
import exacta.ledger.TxResult;
import exacta.ledger.ValidatorPower;
import exacta.primitives.Digest32;
import exacta.primitives.Height;
import java.util.List;
import java.util.Optional;

/** Between CometBFT's terms and the ledger's. */
final class CometTerms {
  private CometTerms() {}

  static Block block(Height height, RequestFinalizeBlock request) {
    return new Block(
        height,
        millis(request.getTime()),
        request.getTxsList().stream().map(ByteString::toByteArray).toList(),
        votes(request.getDecidedLastCommit()),
        address(request.getProposerAddress()),
        request.getMisbehaviorList().stream()
            .map(Misbehavior::getValidator)
            .flatMap(validator -> address(validator.getAddress()).stream())
            .toList());
  }

  private static List<Block.Vote> votes(CommitInfo commit) {
    return commit.getVotesList().stream()
        .flatMap(vote ->
            address(vote.getValidator().getAddress()).stream()
                .map(validator ->
                    new Block.Vote(
                        validator,
                        // Who voted for nil was there, too.
                        vote.getBlockIdFlag() != BlockIDFlag.BLOCK_ID_FLAG_ABSENT)))
        .toList();
  }

  /** A validator's name; empty where there is none. */
  static Optional<ConsensusAddress> address(ByteString bytes) {
    return bytes.size() == ConsensusAddress.BYTES
        ? Optional.of(ConsensusAddress.of(bytes.toByteArray()))
        : Optional.empty();
  }

  static ValidatorUpdate update(ValidatorPower validator) {
    return ValidatorUpdate.newBuilder()
        .setPubKey(PublicKey.newBuilder().setEd25519(validator.key()))
        .setPower(validator.power())
        .build();
  }

  static ExecTxResult result(TxResult result) {
    ExecTxResult.Builder builder =
        ExecTxResult.newBuilder()
            .setCode(result.code())
            .setCodespace(result.codespace())
            .setLog(result.log())
            .setData(ByteString.copyFrom(result.data()))
            .setGasWanted(result.gasWanted())
            .setGasUsed(result.gasUsed());
    result.events().forEach(event -> builder.addEvents(event(event)));
    return builder.build();
  }

  private static Event event(TxEvent event) {
    Event.Builder builder = Event.newBuilder().setType(event.type());
    for (TxEvent.Attribute attribute : event.attributes()) {
      builder.addAttributes(
          EventAttribute.newBuilder()
              .setKey(attribute.key())
              .setValue(attribute.value())
              .setIndex(true));
    }
    return builder.build();
  }

  /** What is less than a millisecond is cut off. */
  static long millis(Timestamp time) {
    return time.getSeconds() * 1000 + time.getNanos() / 1_000_000;
  }

  static ByteString packed(Digest32 digest) {
    return ByteString.copyFrom(digest.toBytes());
  }
}
