package exacta.protocol;

import exacta.crypto.Address;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import exacta.protocol.cosmos.tx.TxBody;
import exacta.protocol.cosmos.tx.TxRaw;
import exacta.protocol.v1.MsgPoolLink;

/**
 * The hash chain of secrets of which the proposer of each block reveals the next link. Spec:
 * transactions.md#pool-link.
 */
public final class PoolLinks {
  /** All of these transactions have the same length, and most others another one. */
  public static final int BYTES =
      transaction(Address.of(new byte[Address.BYTES]), Digest32.ZERO).length;

  private PoolLinks() {}

  /** The link that is revealed before this one; before the first one, the anchor. */
  public static Digest32 previous(Digest32 link) {
    return Hasher.of("pool-link").digest(link).finish();
  }

  /**
   * The transaction that reveals a link. It needs no signature: only the proposer knows the link.
   */
  public static byte[] transaction(Address proposer, Digest32 link) {
    MsgPoolLink message =
        MsgPoolLink.newBuilder().setProposer(proposer.toString()).setLink(Wire.bytes(link)).build();
    TxBody body = TxBody.newBuilder().addMessages(TypeUrls.pack(message)).build();
    return TxRaw.newBuilder().setBodyBytes(body.toByteString()).build().toByteArray();
  }
}
