package exacta.protocol;

import exacta.crypto.Address;
import java.util.List;

/**
 * A transaction that a wallet wants to know the gas of, before it is signed: without a valid
 * signature, often without a key, its fee not decided. Spec: transactions.md#simulation.
 *
 * @param messages at least one, all of the principal
 * @param gas what it will use; a signature and a fee do not change that
 */
public record SimulatedTransaction(
    List<Message> messages, Address principal, long sequence, long gas) {
  public SimulatedTransaction {
    messages = List.copyOf(messages);
  }

  /** What came of reading the bytes. */
  public sealed interface Decoded {
    record Readable(SimulatedTransaction transaction) implements Decoded {}

    /** The reason is for people. */
    record Malformed(String reason) implements Decoded {}
  }

  /** Reads a transaction's bytes. Never throws, whatever they are. */
  public static Decoded decode(byte[] transaction) {
    try {
      return new Decoded.Readable(TransactionDecoder.simulated(transaction));
    } catch (MalformedException e) {
      return new Decoded.Malformed(e.getMessage());
    }
  }
}
