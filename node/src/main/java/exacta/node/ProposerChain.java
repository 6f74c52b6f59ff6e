package exacta.node;

import exacta.consensus.ProposerSecrets;
import exacta.crypto.Address;
import exacta.primitives.Digest32;
import exacta.primitives.Entropy;
import exacta.primitives.ExactaException;
import exacta.primitives.Height;
import exacta.protocol.PoolLinks;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * The proposer's hash chain of secrets. It is made once, from its end to its anchor; the file keeps
 * every {@value #STRIDE}th link, so that any one is a few hashes away. Link h is revealed in block
 * h. Safe for several threads. Spec: transactions.md#pool-link.
 */
final class ProposerChain implements ProposerSecrets {
  /** Blocks until a chain is used up: 24 days of half a second. */
  static final int LINKS = 1 << 22;

  private static final int STRIDE = 1 << 11;

  private final Address proposer;

  /** Link {@code (i + 1) * STRIDE} of the chain. */
  private final byte[] checkpoints;

  private final int links;
  private int segment = -1;

  /** The links of the segment that was used last: {@code segment * STRIDE + 1} and so on. */
  private final Digest32[] expanded = new Digest32[STRIDE];

  private ProposerChain(Address proposer, byte[] checkpoints) {
    this.proposer = proposer;
    this.checkpoints = checkpoints;
    this.links = checkpoints.length / Digest32.BYTES * STRIDE;
  }

  /** The chain in the file, which is made if there is none. */
  static ProposerChain open(Path file, Address proposer, Entropy entropy) {
    return open(file, proposer, entropy, LINKS);
  }

  static ProposerChain open(Path file, Address proposer, Entropy entropy, int links) {
    byte[] checkpoints =
        PrivateFile.read(file)
            .orElseGet(() -> {
              byte[] fresh = generate(Digest32.of(entropy.bytes(Digest32.BYTES)), links);
              PrivateFile.write(file, fresh);
              return fresh;
            });
    if (checkpoints.length != links / STRIDE * Digest32.BYTES) {
      throw ExactaException.fatal(
          "the proposer's secrets in " + file + " are damaged; begin anew with --fresh");
    }
    return new ProposerChain(proposer, checkpoints);
  }

  /** The chain in the file; empty if there is none. */
  static Optional<ProposerChain> find(Path file, Address proposer) {
    return PrivateFile.read(file).map(checkpoints -> new ProposerChain(proposer, checkpoints));
  }

  private static byte[] generate(Digest32 last, int links) {
    ByteBuffer checkpoints = ByteBuffer.allocate(links / STRIDE * Digest32.BYTES);
    Digest32 link = last;
    for (int i = links; i >= 1; i--) {
      if (i % STRIDE == 0) {
        checkpoints.put((i / STRIDE - 1) * Digest32.BYTES, link.toBytes());
      }
      link = PoolLinks.previous(link);
    }
    return checkpoints.array();
  }

  /** What the genesis commits to: the hash of link 1. */
  Digest32 anchor() {
    return PoolLinks.previous(link(1));
  }

  /** The transaction with the link of this number, from 1; empty if all are used up. */
  Optional<byte[]> transaction(long number) {
    return number > links
        ? Optional.empty()
        : Optional.of(PoolLinks.transaction(proposer, link(number)));
  }

  Address proposer() {
    return proposer;
  }

  @Override
  public byte[] poolTransaction(Height height) {
    return PoolLinks.transaction(proposer, link(height.value()));
  }

  private synchronized Digest32 link(long number) {
    if (number < 1 || number > links) {
      throw ExactaException.fatal(
          "the proposer's chain of %d secrets is used up; begin anew with --fresh"
              .formatted(links));
    }
    int index = (int) (number - 1);
    if (index / STRIDE != segment) {
      segment = index / STRIDE;
      int at = segment * Digest32.BYTES;
      Digest32 link = Digest32.of(Arrays.copyOfRange(checkpoints, at, at + Digest32.BYTES));
      for (int i = STRIDE - 1; i >= 0; i--) {
        expanded[i] = link;
        link = PoolLinks.previous(link);
      }
    }
    return expanded[index % STRIDE];
  }
}
