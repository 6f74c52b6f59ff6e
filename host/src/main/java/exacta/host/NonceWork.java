package exacta.host;

import exacta.primitives.Digest32;
import exacta.sprint.SprintModel;
import java.util.List;

/** How a host computes its nonces: a port, so that tests and the demo can put a fraud here. */
@FunctionalInterface
public interface NonceWork {
  /** All of it computed. */
  NonceWork HONEST = SprintModel::nonces;

  /**
   * The digests of some consecutive nonces.
   *
   * @param host 20 bytes
   */
  List<Digest32> nonces(SprintModel model, byte[] host, long first, int count);
}
