package exacta.fraud;

import exacta.host.NonceWork;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import exacta.sprint.SprintModel;
import java.util.ArrayList;
import java.util.List;

/** Computes three nonces of four, and invents the digest of the fourth. */
public final class SprintSkipper implements NonceWork {
  private static final int EVERY = 4;

  @Override
  public List<Digest32> nonces(SprintModel model, byte[] host, long first, int count) {
    List<Digest32> digests = new ArrayList<>(count);
    long end = first + count;
    long at = first;
    while (at < end) {
      if (isSkipped(at)) {
        digests.add(Hasher.of("skipped").bytes(host).integer(at).finish());
        at++;
      } else {
        long next = Math.min(end, at + EVERY - 1 - at % EVERY);
        digests.addAll(model.nonces(host, at, (int) (next - at)));
        at = next;
      }
    }
    return digests;
  }

  /** The last of every four. */
  public static boolean isSkipped(long nonce) {
    return nonce % EVERY == EVERY - 1;
  }
}
