package exacta.protocol;

import com.google.protobuf.ByteString;
import com.google.protobuf.BytesValue;
import com.google.protobuf.Int64Value;
import com.google.protobuf.StringValue;
import com.google.protobuf.Timestamp;
import exacta.primitives.Digest32;
import exacta.primitives.Height;
import exacta.protocol.comet.BlockId;
import exacta.protocol.comet.HeaderVersion;
import java.time.Instant;
import java.util.List;

/**
 * The fields of a header of CometBFT 0.38 and their hash, which is the block's identity there:
 * {@code Header.Hash} in types/block.go.
 *
 * @param appHash the state's root before the block; other applications have other lengths
 */
public record CometHeader(
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
    byte[] appHash,
    Digest32 lastResultsHash,
    Digest32 evidenceHash,
    byte[] proposerAddress) {

  public Digest32 hash() {
    return CometMerkle.root(
        List.of(
            version.toByteArray(),
            StringValue.of(chainId).toByteArray(),
            Int64Value.of(height.value()).toByteArray(),
            timestamp(time).toByteArray(),
            previousBlock.toByteArray(),
            wrapped(lastCommitHash.toBytes()),
            wrapped(dataHash.toBytes()),
            wrapped(validatorsHash.toBytes()),
            wrapped(nextValidatorsHash.toBytes()),
            wrapped(consensusHash.toBytes()),
            wrapped(appHash),
            wrapped(lastResultsHash.toBytes()),
            wrapped(evidenceHash.toBytes()),
            wrapped(proposerAddress)));
  }

  static Timestamp timestamp(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }

  private static byte[] wrapped(byte[] bytes) {
    return BytesValue.of(ByteString.copyFrom(bytes)).toByteArray();
  }
}
