package exacta.node;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a process is told that joins a running demo.
 *
 * @param home the folder that keeps what is its own
 * @param demo what the demo says of itself; its test account pays the deposits
 * @param rpc the chain's address, if it is not the one that the demo names
 * @param port where to listen, on loopback
 * @param modelFile what a host serves, if it is not the demo's file
 * @param prices what a host asks, if it is not what the demo's hosts ask
 * @param keyValueBytes memory of a host for keys and values, if it is not the usual
 */
public record JoinSettings(
    Path home,
    DemoFile demo,
    Optional<URI> rpc,
    int port,
    Optional<Path> modelFile,
    Optional<Prices> prices,
    OptionalLong keyValueBytes) {
  /** What the port is called in messages. */
  static final String PORT_SETTING = "--port";

  URI chain() {
    return rpc.orElseGet(() -> URI.create(demo.rpc()));
  }
}
