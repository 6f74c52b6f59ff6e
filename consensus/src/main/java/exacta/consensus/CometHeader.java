package exacta.consensus;

import com.google.protobuf.ByteString;
import com.google.protobuf.BytesValue;
import com.google.protobuf.Int64Value;
import com.google.protobuf.StringValue;
import com.google.protobuf.Timestamp;
import exacta.consensus.comet.BlockId;
import exacta.consensus.comet.HeaderVersion;
import exacta.primitives.Digest32;
import exacta.primitives.Height;
import java.time.Instant;
import java.util.List;

/**
 * The fields of a header of CometBFT 0.38 and their hash, which is the block's identity there:
 * {@code Header.Hash} in types/block.go.
 */
record CometHeader(
    HeaderVersion version,
    String chainId,
    Height height,
    Instant time,
    BlockId previousBlock,
    Digest32 lastCommitHash,
    Digest32 dataHash,
    Digest32 validatorsHash,
    Digest32 nextValidatorsHash,
    Digest32 consensusHash,
    Digest32 appHash,
    Digest32 lastResultsHash,
    Digest32 evidenceHash,
    byte[] proposerAddress) {

  Digest32 hash() {
    Timestamp timestamp =
        Timestamp.newBuilder().setSeconds(time.getEpochSecond()).setNanos(time.getNano()).build();
    return CometMerkle.root(
        List.of(
            version.toByteArray(),
            StringValue.of(chainId).toByteArray(),
            Int64Value.of(height.value()).toByteArray(),
            timestamp.toByteArray(),
            previousBlock.toByteArray(),
            wrapped(lastCommitHash.toBytes()),
            wrapped(dataHash.toBytes()),
            wrapped(validatorsHash.toBytes()),
            wrapped(nextValidatorsHash.toBytes()),
            wrapped(consensusHash.toBytes()),
            wrapped(appHash.toBytes()),
            wrapped(lastResultsHash.toBytes()),
            wrapped(evidenceHash.toBytes()),
            wrapped(proposerAddress)));
  }

  private static byte[] wrapped(byte[] bytes) {
    return BytesValue.of(ByteString.copyFrom(bytes)).toByteArray();
  }
}
