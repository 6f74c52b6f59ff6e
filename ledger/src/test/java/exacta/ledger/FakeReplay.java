package exacta.ledger;

import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import java.util.ArrayList;
import java.util.List;

/** Digests that need no model, and a note of what was asked. */
final class FakeReplay implements NonceReplay {
  final List<Nonce> prepared = new ArrayList<>();
  final List<Nonce> asked = new ArrayList<>();

  @Override
  public void prepare(Nonce nonce) {
    prepared.add(nonce);
  }

  @Override
  public Digest32 digest(Nonce nonce) {
    asked.add(nonce);
    return digest(nonce.seed(), nonce.host(), nonce.item());
  }

  static Digest32 digest(Digest32 seed, byte[] host, long item) {
    return Hasher.of("fake-states").digest(seed).bytes(host).integer(item).finish();
  }
}
