package exacta.ledger;

import exacta.primitives.Digest32;
import java.util.Arrays;
import java.util.Objects;

/**
 * Recomputes one nonce of a Sprint from public inputs. The ledger asks for it when it applies
 * blocks, never when it checks or answers.
 */
public interface NonceReplay {
  /**
   * @param seed of the Sprint
   * @param dim the Sprint model's shape, as are {@code layers} and {@code length}
   * @param host 20 bytes
   * @param item the nonce's number
   */
  record Nonce(Digest32 seed, int dim, int layers, int length, byte[] host, long item) {
    public Nonce {
      host = host.clone();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Nonce that
          && seed.equals(that.seed)
          && dim == that.dim
          && layers == that.layers
          && length == that.length
          && Arrays.equals(host, that.host)
          && item == that.item;
    }

    @Override
    public int hashCode() {
      return Objects.hash(seed, Arrays.hashCode(host), item);
    }
  }

  /** Where no nonce is challenged, as in a genesis; whoever asks it is wrong. */
  NonceReplay NONE =
      new NonceReplay() {
        @Override
        public void prepare(Nonce nonce) {
          throw new AssertionError("no nonce is challenged");
        }

        @Override
        public Digest32 digest(Nonce nonce) {
          throw new AssertionError("no nonce is challenged");
        }
      };

  /** Says that the digest will be wanted some blocks later; may begin in the background. */
  void prepare(Nonce nonce);

  /** The digest, waiting for it if need be. Works without {@link #prepare}, too. */
  Digest32 digest(Nonce nonce);
}
