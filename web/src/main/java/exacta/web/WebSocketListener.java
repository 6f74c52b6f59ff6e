package exacta.web;

/** Hears one client, on the thread that reads from it. */
public interface WebSocketListener {
  /** A whole message came, which is UTF-8. */
  void text(byte[] utf8);

  /** Nothing comes any more, and nothing can be sent; called once, whatever the reason. */
  void closed();
}
