package exacta.chainclient;

import com.google.protobuf.ByteString;
import exacta.crypto.Ed25519Key;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import exacta.primitives.Height;
import exacta.protocol.CometHeader;
import exacta.protocol.CometMerkle;
import exacta.protocol.CometVotes;
import exacta.protocol.comet.BlockId;
import exacta.protocol.comet.HeaderVersion;
import exacta.protocol.comet.PartSetHeader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;

/** Headers that real keys signed, and sets of validators that change as a test wants. */
final class SignedChain {
  static final String ID = "exacta-light";
  static final Instant BEGIN = Instant.parse("2026-11-01T00:00:00Z");

  /** The numbers of the validators of a height. */
  private final IntFunction<List<Integer>> sets;

  /** How many blocks were asked for. */
  int asked;

  SignedChain(IntFunction<List<Integer>> sets) {
    this.sets = sets;
  }

  static Ed25519Key key(int number) {
    return Ed25519Key.of(Hasher.of("light-validator").integer(number).finish().toBytes());
  }

  static byte[] appHash(int height) {
    return Hasher.of("light-app").integer(height).finish().toBytes();
  }

  /** As a node would tell it. */
  LightBlock block(long height) {
    asked++;
    return signed((int) height, appHash((int) height), number -> true);
  }

  List<LightBlock.Validator> validators(int height) {
    return sets.apply(height).stream()
        .map(number -> new LightBlock.Validator(key(number).publicKey(), 10))
        .toList();
  }

  /** One with another app hash, or that only some signed. */
  LightBlock signed(int height, byte[] appHash, IntPredicate whoSigns) {
    CometHeader header = header(height, appHash);
    BlockId id = id(header.hash());
    List<LightBlock.Vote> votes = new ArrayList<>();
    for (int number : sets.apply(height)) {
      votes.add(whoSigns.test(number) ? vote(header, id, number) : LightBlock.Vote.NONE);
    }
    return new LightBlock(header, id, 0, votes, validators(height));
  }

  private static LightBlock.Vote vote(CometHeader header, BlockId id, int number) {
    Instant time = header.time().plusMillis(number);
    byte[] message = CometVotes.precommit(ID, header.height(), 0, id, time);
    return new LightBlock.Vote(
        ByteString.copyFrom(key(number).address()), time, key(number).sign(message));
  }

  private static BlockId id(Digest32 hash) {
    ByteString bytes = ByteString.copyFrom(hash.toBytes());
    return BlockId.newBuilder()
        .setHash(bytes)
        .setPartSetHeader(PartSetHeader.newBuilder().setTotal(1).setHash(bytes))
        .build();
  }

  private CometHeader header(int height, byte[] appHash) {
    Digest32 none = CometMerkle.root(List.of());
    return new CometHeader(
        HeaderVersion.newBuilder().setBlock(11).setApp(1).build(),
        ID,
        new Height(height),
        BEGIN.plusSeconds(height),
        BlockId.newBuilder().setPartSetHeader(PartSetHeader.getDefaultInstance()).build(),
        none,
        none,
        root(height),
        root(height + 1),
        none,
        appHash,
        none,
        none,
        new byte[20]);
  }

  private Digest32 root(int height) {
    return LightBlock.validatorsHash(validators(height));
  }
}
