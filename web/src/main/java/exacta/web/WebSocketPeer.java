package exacta.web;

/** A client at the other end of a WebSocket. Safe for several threads. */
public interface WebSocketPeer {
  /**
   * Queues a text in UTF-8, and waits while there is no room for it. A client that leaves no room
   * for too long is told so and dropped.
   *
   * @return whether it is queued; if not, nothing can be sent any more
   */
  boolean send(byte[] utf8);

  /** Drops what waits, and ends the socket with a reason. */
  void close(CloseCode code, String reason);
}
