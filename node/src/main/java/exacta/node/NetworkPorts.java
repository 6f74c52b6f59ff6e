package exacta.node;

import exacta.primitives.ExactaException;
import java.net.URI;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * Where the parts of a network of several nodes listen, all on loopback.
 *
 * @param gateway OpenAI API and page
 * @param rest for wallets, of the first node
 * @param firstHost the others follow
 * @param firstPeer of the first CometBFT, whose RPC is on the next port
 * @param nodeStride from one CometBFT's ports to the next one's
 */
record NetworkPorts(int gateway, int rest, int firstHost, int firstPeer, int nodeStride) {
  private static final NetworkPorts STANDARD = new NetworkPorts(8080, 1317, 9400, 26_656, 100);
  private static final int LOWEST = 1024;
  private static final int HOSTS_OFFSET = 10;
  private static final int NODES_OFFSET = 50;
  private static final int SPAN = 200;

  /** The ports that the documentation names, or those from a base on. */
  static NetworkPorts of(OptionalInt base) {
    if (base.isEmpty()) {
      return STANDARD;
    }
    int first = base.getAsInt();
    if (first < LOWEST || first + SPAN > 65_535) {
      throw ExactaException.fatal(
          "%s is %d to %d, not %d".formatted(Ports.SETTING, LOWEST, 65_535 - SPAN, first));
    }
    return new NetworkPorts(first, first + 2, first + HOSTS_OFFSET, first + NODES_OFFSET, 2);
  }

  int peer(int node) {
    return firstPeer + node * nodeStride;
  }

  int rpc(int node) {
    return peer(node) + 1;
  }

  int host(int index) {
    return firstHost + index;
  }

  URI rpcUri(int node) {
    return Ports.loopback(rpc(node));
  }

  /** What hosts and gateway of the network need to know: the RPC is that of the first node. */
  Ports roles(int hostCount) {
    return new Ports(
        gateway, rpc(0), rest, IntStream.range(firstHost, firstHost + hostCount).boxed().toList());
  }
}
