package exacta.chainclient;

import exacta.primitives.Clock;
import exacta.primitives.Digest32;
import exacta.primitives.ExactaException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.LongFunction;

/**
 * From one block that is trusted to the header of a later one, which a node that is not trusted
 * tells: each step's block is signed by more than two thirds of its own validators' power, and by
 * more than a third of the power of those that are trusted already, or directly follows. Where the
 * set changed too much for one step, it goes by halves. Spec: state.md#light-client.
 */
public final class LightClient {
  /** How much the node's clock may be before ours. */
  private static final Duration DRIFT_MAX = Duration.ofSeconds(10);

  /** More than any chain needs between two blocks; a node cannot keep us for ever. */
  private static final int STEPS_MAX = 10_000;

  /**
   * The block that somebody trusts.
   *
   * @param hash of its header
   * @param period for which those who signed it can be held to it
   */
  public record Trust(long height, Digest32 hash, Duration period) {}

  private final String source;
  private final LongFunction<LightBlock> blocks;
  private final Trust trust;
  private final Clock clock;

  LightClient(String source, LongFunction<LightBlock> blocks, Trust trust, Clock clock) {
    this.source = source;
    this.blocks = blocks;
    this.trust = trust;
    this.clock = clock;
  }

  /**
   * One that asks this node for blocks.
   *
   * @param clock the machine's own
   */
  public LightClient(ChainClient node, Trust trust, Clock clock) {
    this(node.rpc().settings().rpc().toString(), new LightBlocks(node.rpc())::at, trust, clock);
  }

  /**
   * The app hash in the header of a block, proven.
   *
   * @throws ExactaException (fatal) that says what does not hold
   */
  public byte[] appHash(long height) {
    if (height < trust.height()) {
      throw ExactaException.fatal(
          "block %d is before the trusted block %d, from which only later ones can be proven; trust an older one"
              .formatted(height, trust.height()));
    }
    LightBlock trusted = trusted();
    String chainId = trusted.header().chainId();
    Deque<LightBlock> wanted = new ArrayDeque<>();
    if (height > trusted.height()) {
      wanted.push(sound(height, chainId));
    }
    for (int steps = 0; !wanted.isEmpty(); steps++) {
      LightBlock next = wanted.peek();
      if (steps > STEPS_MAX) {
        throw refused(next, "there is no end of blocks on the way to it");
      }
      if (follows(trusted, next)) {
        trusted = wanted.pop();
      } else {
        long half = trusted.height() + (next.height() - trusted.height()) / 2;
        wanted.push(sound(half, chainId));
      }
    }
    return trusted.header().appHash();
  }

  private LightBlock trusted() {
    LightBlock block = blocks.apply(trust.height());
    if (!block.hash().equals(trust.hash())) {
      throw ExactaException.fatal(
          "block %d at %s is %s, but %s is trusted: this is another chain, or the hash is wrong"
              .formatted(trust.height(), source, block.hash().toHex(), trust.hash().toHex()));
    }
    requireSound(block, block.header().chainId());
    Instant end = block.header().time().plus(trust.period());
    if (!end.isAfter(now())) {
      throw ExactaException.fatal(
          "the trusted block %d is of %s, too old: who signed it could sign something else by now without being punished; ask somebody you trust for a newer one"
              .formatted(trust.height(), block.header().time()));
    }
    return block;
  }

  private Instant now() {
    return Instant.ofEpochMilli(clock.millis());
  }

  /** A block that fits together. */
  private LightBlock sound(long height, String chainId) {
    LightBlock block = blocks.apply(height);
    requireSound(block, chainId);
    return block;
  }

  private void requireSound(LightBlock block, String chainId) {
    Optional<String> fault = block.fault(chainId);
    if (fault.isPresent()) {
      throw refused(block, fault.get());
    }
    if (block.header().time().isAfter(now().plus(DRIFT_MAX))) {
      throw refused(block, "it is of the future, " + block.header().time());
    }
  }

  /**
   * Whether the trust in one block reaches another.
   *
   * @throws ExactaException if the block can be none of the chain
   */
  private boolean follows(LightBlock trusted, LightBlock next) {
    if (!next.header().time().isAfter(trusted.header().time())) {
      throw refused(next, "it is not later than block " + trusted.height());
    }
    if (next.height() == trusted.height() + 1) {
      if (!next.header().validatorsHash().equals(trusted.header().nextValidatorsHash())) {
        throw refused(
            next,
            "its validators are not those that block %d names for it".formatted(trusted.height()));
      }
      return true;
    }
    return next.isSignedByThirdOf(trusted.validators());
  }

  private ExactaException refused(LightBlock block, String why) {
    return ExactaException.fatal(
        "block %d of %s is not proven: %s".formatted(block.height(), source, why));
  }
}
