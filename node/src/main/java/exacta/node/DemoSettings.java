package exacta.node;

import exacta.primitives.ExactaException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a network on this machine is told.
 *
 * @param home the folder that keeps everything
 * @param fresh whether to begin anew
 * @param modelFile a GGUF file in place of the default model
 * @param portBase where the ports begin, in place of those that the documentation names
 * @param blockInterval of a new chain; one that goes on keeps its own
 * @param cheater what the last host does wrong
 */
public record DemoSettings(
    Path home,
    boolean fresh,
    Optional<Path> modelFile,
    OptionalInt portBase,
    Optional<Duration> blockInterval,
    Optional<Cheater> cheater) {
  static final int HOSTS = 4;

  /** Below it, this machine would not keep up with its own chain. */
  private static final Duration INTERVAL_MIN = Duration.ofMillis(50);

  private static final Duration INTERVAL_MAX = Duration.ofMinutes(1);

  public DemoSettings {
    blockInterval.ifPresent(interval -> {
      if (interval.compareTo(INTERVAL_MIN) < 0 || interval.compareTo(INTERVAL_MAX) > 0) {
        throw ExactaException.fatal(
            "--block-interval is %d to %d milliseconds, not %d"
                .formatted(INTERVAL_MIN.toMillis(), INTERVAL_MAX.toMillis(), interval.toMillis()));
      }
    });
  }

  Ports ports() {
    return portBase.isPresent() ? Ports.from(portBase.getAsInt(), HOSTS) : Ports.standard(HOSTS);
  }
}
