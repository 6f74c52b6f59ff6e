package exacta.ledger;

/**
 * A state to read and change. What is written can be read at once; making it last, all of a block
 * or nothing, is the business of who drives the ledger.
 */
public interface StateStore extends StateView {
  void put(byte[] key, byte[] value);

  void delete(byte[] key);
}
