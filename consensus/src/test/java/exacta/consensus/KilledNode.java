package exacta.consensus;

import exacta.primitives.ExactaException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;

/** A chain in a process of its own, which is fed until somebody kills it. */
final class KilledNode {
  static final int SENDERS = 4;

  private KilledNode() {}

  /** Prints each accepted transaction after it was accepted, one a line in base64. */
  public static void main(String[] arguments) throws InterruptedException {
    EmbeddedChain chain = TestChain.embedded(Path.of(arguments[0]), Duration.ofMillis(3));
    for (int i = 0; i < SENDERS; i++) {
      String name = "sender" + i + "-" + arguments[1];
      Thread.ofPlatform().start(() -> send(chain, name));
    }
    Thread.currentThread().join();
  }

  private static void send(EmbeddedChain chain, String name) {
    for (long sequence = 0; ; sequence++) {
      byte[] transaction = TinyMachine.put(name, sequence, name, "" + sequence);
      if (!(chain.broadcast(transaction) instanceof Broadcast.Checked checked)
          || !checked.result().isAccepted()) {
        throw ExactaException.error("a valid transaction was not accepted");
      }
      System.out.println(Base64.getEncoder().encodeToString(transaction));
    }
  }
}
