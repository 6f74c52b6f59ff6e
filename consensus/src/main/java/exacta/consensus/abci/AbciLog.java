package exacta.consensus.abci;

import java.lang.System.Logger.Level;

/** Lines for whoever runs a node. */
final class AbciLog {
  private static final System.Logger LOG = System.getLogger("exacta.abci");

  private AbciLog() {}

  static void listening(String address, long height) {
    LOG.log(Level.INFO, "the ledger at height " + height + " listens at " + address);
  }

  static void connected(long number) {
    LOG.log(Level.DEBUG, "connection " + number + " was opened");
  }

  static void disconnected(long number, String reason) {
    LOG.log(Level.DEBUG, "connection " + number + " ended: " + reason);
  }

  static void refused(int connectionsMax) {
    LOG.log(Level.WARNING, "a connection was refused: there are " + connectionsMax + " already");
  }

  /** Somebody sent what CometBFT does not send, or at another time. */
  static void notUnderstood(long number, String what) {
    LOG.log(Level.ERROR, "connection " + number + " is closed: " + what);
  }

  static void began(String chainId, String appHash) {
    LOG.log(Level.INFO, "chain " + chainId + " begins with app hash " + appHash);
  }

  static void snapshotTaken(long height, long bytes, int chunks, long millis) {
    LOG.log(
        Level.INFO,
        "took a snapshot of height %d: %,d bytes in %d chunks, in %d ms"
            .formatted(height, bytes, chunks, millis));
  }

  static void restoring(long height, int chunks) {
    LOG.log(Level.INFO, "restoring the state of height " + height + " from " + chunks + " chunks");
  }

  static void restored(long height, String appHash) {
    LOG.log(Level.INFO, "restored the state of height " + height + " with app hash " + appHash);
  }

  static void badChunk(int index, String sender) {
    LOG.log(Level.WARNING, "chunk " + index + " from " + sender + " is not what was offered");
  }

  static void notRestored(String reason) {
    LOG.log(Level.WARNING, "a snapshot is not restored: " + reason);
  }

  static void rejected(long height, String reason) {
    LOG.log(Level.WARNING, "the proposal of height " + height + " is rejected: " + reason);
  }

  /** A bug of ours, or the disk; who asked gets a code, and the node goes on. */
  static void failed(String what, Throwable failure) {
    LOG.log(Level.ERROR, what + " failed", failure);
  }
}
