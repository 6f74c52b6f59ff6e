package exacta.node;

import exacta.crypto.PrivateKey;
import exacta.host.Host;
import exacta.host.HostCompute;
import exacta.host.HostLog;
import exacta.host.HostSettings;
import exacta.host.RemoteChain;
import exacta.primitives.ExactaException;

/** Starts a host that cheats, for all to see how it is caught. */
final class Frauds {
  private Frauds() {}

  static Host start(
      Cheater kind,
      HostSettings settings,
      RemoteChain chain,
      PrivateKey key,
      HostCompute compute,
      ServedModel model,
      Shutdown shutdown,
      HostLog log) {
    throw ExactaException.fatal("there is no fraud of kind " + kind + " yet");
  }
}
