package exacta.protocol;

import exacta.crypto.Address;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;

/** Names of sessions. Spec: encoding.md#session. */
public final class Sessions {
  private Sessions() {}

  /** The id of a session that was opened by the developer's transaction with this sequence. */
  public static Digest32 id(String chainId, Address developer, long sequence) {
    return Hasher.of("session").text(chainId).bytes(developer.toBytes()).integer(sequence).finish();
  }
}
