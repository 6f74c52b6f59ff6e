package exacta.protocol;

import exacta.crypto.Address;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import java.util.List;

/** What an auditor posts that recomputed its samples. Spec: encoding.md#attestation. */
public final class Attestations {
  private Attestations() {}

  /** Over the digests of the samples, in the order in which the chain drew them. */
  public static Digest32 of(Address auditor, Address host, List<Digest32> digests) {
    Hasher hasher = Hasher.of("attest").bytes(auditor.toBytes()).bytes(host.toBytes());
    digests.forEach(hasher::digest);
    return hasher.finish();
  }
}
