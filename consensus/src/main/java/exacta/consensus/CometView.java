package exacta.consensus;

import com.google.protobuf.ByteString;
import exacta.ledger.TxResult;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import exacta.primitives.Height;
import exacta.protocol.CometHeader;
import exacta.protocol.CometMerkle;
import exacta.protocol.comet.BlockId;
import exacta.protocol.comet.DeterministicResult;
import exacta.protocol.comet.HashedParams;
import exacta.protocol.comet.HeaderVersion;
import exacta.protocol.comet.PartSetHeader;
import exacta.protocol.comet.PublicKey;
import exacta.protocol.comet.SimpleValidator;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The embedded chain in the terms of CometBFT: one validator of constant power, blocks of one part,
 * commits without signatures. Immutable.
 */
final class CometView {
  /** By this string cosmjs chooses its client. */
  static final String VERSION = "0.38.17";

  static final long BLOCK_PROTOCOL = 11;
  static final long APP_VERSION = 1;
  static final long VOTING_POWER = 10;
  private static final int ADDRESS_BYTES = 20;

  private final String chainId;
  private final long blockBytesMax;
  private final byte[] consensusKey;
  private final byte[] validatorAddress;
  private final Digest32 validatorsHash;
  private final Digest32 consensusHash;

  CometView(String chainId, byte[] consensusKey, long blockBytesMax) {
    this.chainId = chainId;
    this.blockBytesMax = blockBytesMax;
    this.consensusKey = consensusKey.clone();
    validatorAddress = Arrays.copyOf(Hasher.sha256(consensusKey).toBytes(), ADDRESS_BYTES);
    PublicKey key = PublicKey.newBuilder().setEd25519(ByteString.copyFrom(consensusKey)).build();
    SimpleValidator validator =
        SimpleValidator.newBuilder().setPubKey(key).setVotingPower(VOTING_POWER).build();
    validatorsHash = CometMerkle.root(List.of(validator.toByteArray()));
    HashedParams parameters =
        HashedParams.newBuilder().setBlockMaxBytes(blockBytesMax).setBlockMaxGas(-1).build();
    consensusHash = Hasher.sha256(parameters.toByteArray());
  }

  String chainId() {
    return chainId;
  }

  long blockBytesMax() {
    return blockBytesMax;
  }

  byte[] consensusKey() {
    return consensusKey.clone();
  }

  /** The first 20 bytes of the key's SHA-256. */
  byte[] validatorAddress() {
    return validatorAddress.clone();
  }

  CometHeader header(
      Height height,
      long timeMillis,
      Optional<Digest32> previousHash,
      Digest32 stateBefore,
      Digest32 previousResultsHash,
      List<byte[]> transactions) {
    Digest32 none = CometMerkle.root(List.of());
    return new CometHeader(
        HeaderVersion.newBuilder().setBlock(BLOCK_PROTOCOL).setApp(APP_VERSION).build(),
        chainId,
        height,
        Instant.ofEpochMilli(timeMillis),
        blockId(previousHash),
        none,
        dataHash(transactions),
        validatorsHash,
        validatorsHash,
        consensusHash,
        stateBefore.toBytes(),
        previousResultsHash,
        none,
        validatorAddress);
  }

  CometHeader header(CommittedBlock block) {
    BlockHeader header = block.header();
    return header(
        header.height(),
        header.timeMillis(),
        header.previousHash(),
        header.stateBefore(),
        header.previousResultsHash(),
        block.transactions());
  }

  /** The identity of a block; that of no block before the first. Its one part has its hash. */
  static BlockId blockId(Optional<Digest32> hash) {
    ByteString bytes = hash.map(h -> ByteString.copyFrom(h.toBytes())).orElse(ByteString.EMPTY);
    PartSetHeader parts =
        PartSetHeader.newBuilder().setTotal(hash.isPresent() ? 1 : 0).setHash(bytes).build();
    return BlockId.newBuilder().setHash(bytes).setPartSetHeader(parts).build();
  }

  private static Digest32 dataHash(List<byte[]> transactions) {
    return CometMerkle.root(transactions.stream().map(t -> Hasher.sha256(t).toBytes()).toList());
  }

  static Digest32 resultsHash(List<TxResult> results) {
    return CometMerkle.root(
        results.stream()
            .map(result ->
                DeterministicResult.newBuilder()
                    .setCode(result.code())
                    .setData(ByteString.copyFrom(result.data()))
                    .setGasWanted(result.gasWanted())
                    .setGasUsed(result.gasUsed())
                    .build()
                    .toByteArray())
            .toList());
  }
}
