package exacta.ledger;

import java.util.Optional;

/**
 * A state to read: bytes by key, ordered by unsigned bytes. It does not change while it is read.
 */
public interface StateView {
  Optional<byte[]> get(byte[] key);

  /** Shows every entry whose key begins so, in order of keys, until the visitor has enough. */
  void scan(byte[] prefix, Visitor visitor);

  /** Looks at entries. */
  interface Visitor {
    /** Looks at one entry; returns whether to go on. */
    boolean visit(byte[] key, byte[] value);
  }
}
