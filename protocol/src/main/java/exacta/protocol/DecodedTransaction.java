package exacta.protocol;

import exacta.crypto.Address;
import exacta.primitives.Digest32;

/** What the bytes of a transaction are. */
public sealed interface DecodedTransaction
    permits Transaction, DecodedTransaction.PoolLink, DecodedTransaction.Malformed {
  /** The proposer's next link, which stands first in a block and carries no signature. */
  record PoolLink(Address proposer, Digest32 link) implements DecodedTransaction {}

  /** No transaction; the reason is for people. */
  record Malformed(String reason) implements DecodedTransaction {}
}
