package exacta.node;

import exacta.primitives.ExactaException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a network of several nodes on this machine is to begin.
 *
 * @param home the folder of all that it keeps
 * @param validators how many nodes make blocks
 * @param hosts how many sell, if not as many as there are validators
 * @param chainId its name, if it is not to be made up
 * @param modelFile what hosts serve, if not the default model
 * @param portBase where the ports begin, if not at the documented ones
 * @param blockInterval between blocks, if not as usual
 */
public record NetworkSettings(
    Path home,
    int validators,
    OptionalInt hosts,
    Optional<String> chainId,
    Optional<Path> modelFile,
    OptionalInt portBase,
    Optional<Duration> blockInterval) {
  /** So many fit between the ports of one base. */
  static final int NODES_MAX = 20;

  public NetworkSettings {
    requireCount("--validators", validators);
    hosts.ifPresent(count -> requireCount("--hosts", count));
    if (hosts.orElse(validators) < validators) {
      throw ExactaException.fatal(
          "every validator is a host: --hosts is " + validators + " at least");
    }
  }

  private static void requireCount(String setting, int count) {
    if (count < 1 || count > NODES_MAX) {
      throw ExactaException.fatal("%s is 1 to %d, not %d".formatted(setting, NODES_MAX, count));
    }
  }

  int hostCount() {
    return hosts.orElse(validators);
  }
}
