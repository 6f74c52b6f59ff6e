package exacta.ledger;

import exacta.primitives.Digest32;
import exacta.protocol.DecodedTransaction;
import exacta.protocol.Transaction;
import java.util.Optional;

/**
 * The bytes of a transaction, read, and the account for which its signature was found to be good.
 * All of it is a function of the bytes, so it may be kept as long as one likes. Safe for several
 * threads.
 */
final class ReadTransaction {
  /** What a signature depends on besides the transaction. */
  private record Account(String chainId, long number) {}

  private final Digest32 hash;
  private final int bytes;
  private final DecodedTransaction decoded;
  private volatile Optional<Account> signedFor = Optional.empty();

  ReadTransaction(byte[] bytes) {
    this(bytes, Transaction.hash(bytes));
  }

  /**
   * @param hash of these bytes
   */
  ReadTransaction(byte[] bytes, Digest32 hash) {
    this.hash = hash;
    this.bytes = bytes.length;
    this.decoded = Transaction.decode(bytes);
  }

  Digest32 hash() {
    return hash;
  }

  int bytes() {
    return bytes;
  }

  DecodedTransaction decoded() {
    return decoded;
  }

  /**
   * Whether it is signed for this chain and the account of this number. Good signatures are
   * verified once; a bad one each time, since nothing is kept of it.
   */
  boolean isSigned(String chainId, long accountNumber) {
    Account account = new Account(chainId, accountNumber);
    if (signedFor.isPresent() && signedFor.get().equals(account)) {
      return true;
    }
    boolean isValid =
        decoded instanceof Transaction transaction
            && transaction.signatureValid(chainId, accountNumber);
    if (isValid) {
      signedFor = Optional.of(account);
    }
    return isValid;
  }

  /** Whether a good signature was found. */
  boolean isVerified() {
    return signedFor.isPresent();
  }
}
