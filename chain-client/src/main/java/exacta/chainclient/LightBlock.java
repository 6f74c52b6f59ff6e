package exacta.chainclient;

import com.google.protobuf.ByteString;
import exacta.crypto.Ed25519Key;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import exacta.protocol.CometHeader;
import exacta.protocol.CometMerkle;
import exacta.protocol.CometVotes;
import exacta.protocol.comet.BlockId;
import exacta.protocol.comet.PublicKey;
import exacta.protocol.comet.SimpleValidator;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A block as a light client sees it: a header, who made it final, and who could. A node says all of
 * it; {@link #fault} says whether it fits together, and {@link LightClient} whether to believe it.
 *
 * @param block what the validators signed
 * @param votes one of each validator, in their order
 * @param validators of this height, in CometBFT's order
 */
record LightBlock(
    CometHeader header, BlockId block, int round, List<Vote> votes, List<Validator> validators) {
  private static final int ADDRESS_BYTES = 20;

  /** This and the next are far above what a chain of ours has, so that sums do not overflow. */
  private static final int VALIDATORS_MAX = 10_000;

  private static final long POWER_MAX = 1L << 40;

  LightBlock {
    votes = List.copyOf(votes);
    validators = List.copyOf(validators);
  }

  /**
   * A validator's signature for the block.
   *
   * @param validator its address
   */
  record Vote(ByteString validator, Instant time, byte[] signature) {
    /** Of one who voted for nothing, or not at all. */
    static final Vote NONE = new Vote(ByteString.EMPTY, Instant.EPOCH, new byte[0]);

    boolean isForBlock() {
      return signature.length > 0;
    }
  }

  /** Somebody with a share in consensus. */
  record Validator(byte[] key, long power) {
    /** Its name in CometBFT. */
    ByteString address() {
      return ByteString.copyFrom(Hasher.sha256(key).toBytes(), 0, ADDRESS_BYTES);
    }
  }

  long height() {
    return header.height().value();
  }

  Digest32 hash() {
    return header.hash();
  }

  /**
   * Why it is no block of this chain that its own validators made final; empty if it is one. Who
   * these validators are is another question.
   */
  Optional<String> fault(String chainId) {
    if (!header.chainId().equals(chainId)) {
      return Optional.of("it is of the chain " + header.chainId() + ", not of " + chainId);
    }
    if (!ByteString.copyFrom(hash().toBytes()).equals(block.getHash())) {
      return Optional.of("what was signed is not the hash of its header");
    }
    if (validators.size() > VALIDATORS_MAX) {
      return Optional.of("it has more than %,d validators".formatted(VALIDATORS_MAX));
    }
    Set<ByteString> addresses = new HashSet<>();
    for (Validator validator : validators) {
      boolean isFair = validator.power() > 0 && validator.power() <= POWER_MAX;
      if (!isFair || !addresses.add(validator.address())) {
        return Optional.of("its validators are named twice, or have impossible powers");
      }
    }
    if (!validatorsHash(validators).equals(header.validatorsHash())) {
      return Optional.of("the validators are not those of its header");
    }
    if (votes.stream().allMatch(vote -> !vote.isForBlock())) {
      return Optional.of(
          "it has no signatures; a network on one machine (`exacta demo`) has none, so that its"
              + " node must be trusted");
    }
    if (votes.size() != validators.size()) {
      return Optional.of("it has not one vote of each validator");
    }
    for (int i = 0; i < votes.size(); i++) {
      Vote vote = votes.get(i);
      if (vote.isForBlock() && !vote.validator().equals(validators.get(i).address())) {
        return Optional.of("its votes are not in the order of its validators");
      }
    }
    long signed = signedPower(validators);
    long all = power(validators);
    return 3 * signed > 2 * all
        ? Optional.empty()
        : Optional.of(
            "validators with %d of %d power signed it, which is not more than two thirds"
                .formatted(signed, all));
  }

  /** The root over a set, as headers name it. */
  static Digest32 validatorsHash(List<Validator> set) {
    return CometMerkle.root(
        set.stream()
            .map(validator ->
                SimpleValidator.newBuilder()
                    .setPubKey(
                        PublicKey.newBuilder().setEd25519(ByteString.copyFrom(validator.key())))
                    .setVotingPower(validator.power())
                    .build()
                    .toByteArray())
            .toList());
  }

  /** Whether more than a third of the power of these signed it, one of whom is honest then. */
  boolean isSignedByThirdOf(List<Validator> trusted) {
    return 3 * signedPower(trusted) > power(trusted);
  }

  /** The power that those of a set have there who signed this block; each counts once. */
  private long signedPower(List<Validator> set) {
    Map<ByteString, Validator> byAddress = new HashMap<>();
    set.forEach(validator -> byAddress.put(validator.address(), validator));
    long signed = 0;
    for (Vote vote : votes) {
      Optional<Validator> validator = Optional.ofNullable(byAddress.remove(vote.validator()));
      if (validator.filter(each -> isSignature(vote, each)).isPresent()) {
        signed = Math.addExact(signed, validator.get().power());
      }
    }
    return signed;
  }

  private boolean isSignature(Vote vote, Validator validator) {
    byte[] message =
        CometVotes.precommit(header.chainId(), header.height(), round, block, vote.time());
    return Ed25519Key.verify(validator.key(), message, vote.signature());
  }

  private static long power(List<Validator> set) {
    return set.stream().mapToLong(Validator::power).sum();
  }
}
