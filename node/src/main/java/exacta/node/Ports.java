package exacta.node;

import exacta.primitives.ExactaException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Where the parts of a network on this machine listen, all on loopback.
 *
 * @param gateway OpenAI API and page
 * @param rpc of the chain
 * @param rest of the chain, for wallets
 * @param hosts one each
 */
public record Ports(int gateway, int rpc, int rest, List<Integer> hosts) {
  /** What the ports are called in messages. */
  public static final String SETTING = "--port-base";

  private static final int LOWEST = 1024;
  private static final int HOSTS_OFFSET = 10;

  public Ports {
    hosts = List.copyOf(hosts);
  }

  /** The ports that the documentation names. */
  public static Ports standard(int hostCount) {
    return new Ports(8080, 26_657, 1317, consecutive(9400, hostCount));
  }

  /**
   * The gateway on the base, the chain's RPC and REST on the next two, the hosts from base + 10.
   */
  public static Ports from(int base, int hostCount) {
    if (base < LOWEST || base + HOSTS_OFFSET + hostCount > 65_535) {
      throw ExactaException.fatal(
          "%s is %d to %d, not %d"
              .formatted(SETTING, LOWEST, 65_535 - HOSTS_OFFSET - hostCount, base));
    }
    return new Ports(base, base + 1, base + 2, consecutive(base + HOSTS_OFFSET, hostCount));
  }

  private static List<Integer> consecutive(int first, int count) {
    return IntStream.range(first, first + count).boxed().toList();
  }

  public URI gatewayUri() {
    return loopback(gateway);
  }

  public URI rpcUri() {
    return loopback(rpc);
  }

  public URI restUri() {
    return loopback(rest);
  }

  public URI hostUri(int index) {
    return loopback(hosts.get(index));
  }

  static URI loopback(int port) {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Tries all of them, before anything is started. */
  void checkFree() {
    checkFree(gateway, "the gateway's", SETTING);
    checkFree(rpc, "the chain's RPC", SETTING);
    checkFree(rest, "the chain's REST", SETTING);
    for (int port : hosts) {
      checkFree(port, "a host's", SETTING);
    }
  }

  /**
   * @param whose for the message, as is the setting that changes the port
   * @throws ExactaException (fatal) if somebody listens there
   */
  static void checkFree(int port, String whose, String setting) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    } catch (IOException e) {
      throw new ExactaException(
          ExactaException.Category.FATAL,
          "port %d (%s) cannot be used: %s; stop what uses it, or choose another with %s"
              .formatted(port, whose, e.getMessage(), setting),
          e);
    }
  }
}
