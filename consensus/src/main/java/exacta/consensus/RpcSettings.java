package exacta.consensus;

/**
 * Where the RPC listens.
 *
 * @param host an address of this machine; {@code 127.0.0.1} unless others may send transactions
 * @param port 0 for any free one
 * @param portSetting what the user calls this port, for the error if it is taken
 */
public record RpcSettings(String host, int port, String portSetting) {
  public RpcSettings {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException(portSetting + " is 0 to 65535, not " + port);
    }
  }

  public static RpcSettings onLoopback(int port, String portSetting) {
    return new RpcSettings("127.0.0.1", port, portSetting);
  }
}
