package exacta.node;

import exacta.primitives.ExactaException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a process is told that joins a running demo, or another chain.
 *
 * @param home the folder that keeps what is its own
 * @param demo what the demo says of itself; its test account pays the deposits. Empty: the chain is
 *     no demo's, and the host's own account pays
 * @param rpc the chain's address, if it is not the one that the demo names
 * @param port where to listen, on loopback
 * @param modelFile what a host serves, if it is not the demo's file, or without a demo the default
 *     model
 * @param prices what a host asks, if it is not what the demo's hosts ask
 * @param keyValueBytes memory of a host for keys and values, if it is not the usual
 * @param node the home of the node that is to be the host's validator
 */
public record JoinSettings(
    Path home,
    Optional<DemoFile> demo,
    Optional<URI> rpc,
    int port,
    Optional<Path> modelFile,
    Optional<Prices> prices,
    OptionalLong keyValueBytes,
    Optional<Path> node) {
  /** What the port is called in messages. */
  static final String PORT_SETTING = "--port";

  URI chain() {
    return rpc.orElseGet(() -> URI.create(requireDemo().rpc()));
  }

  DemoFile requireDemo() {
    return demo.orElseThrow(
        () -> ExactaException.fatal("there is no demo here; name its file with --demo"));
  }
}
