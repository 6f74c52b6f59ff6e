package exacta.consensus;

import java.util.Optional;

/** Tells whose transaction some bytes are, so that the pool can count what waits before it. */
@FunctionalInterface
public interface TransactionSigners {
  /** The signer's address; nothing if the bytes are no transaction of an account. Never throws. */
  Optional<String> signer(byte[] transaction);
}
