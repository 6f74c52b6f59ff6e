package exacta.node;

import exacta.crypto.PrivateKey;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What people call the hosts of a network on this machine. */
final class HostNames {
  private static final int SHORT = 12;

  private final Map<String, String> names = new TreeMap<>();

  HostNames(List<PrivateKey> hosts) {
    for (int host = 0; host < hosts.size(); host++) {
      names.put(hosts.get(host).address().toString(), "host " + (host + 1));
    }
  }

  /** A stranger is called by the beginning of its address. */
  String of(String address) {
    String name = names.get(address);
    return name != null ? name : address.substring(0, Math.min(SHORT, address.length())) + "…";
  }
}
