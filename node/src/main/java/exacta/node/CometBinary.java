package exacta.node;

import exacta.primitives.ExactaException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Where the CometBFT is that Exacta is tested with. */
public final class CometBinary {
  private static final String NAME = "cometbft";
  private static final String VERSION = "v0.40.0";

  private CometBinary() {}

  /**
   * The one that was named, or that of {@code install-cometbft}, or the first on the path.
   *
   * @throws ExactaException (fatal) that says how to get one
   */
  public static Path find(Optional<Path> named, Map<String, String> environment) {
    if (named.isPresent()) {
      return named
          .map(Path::toAbsolutePath)
          .filter(Files::isExecutable)
          .orElseThrow(() -> ExactaException.fatal("there is no program " + named.get()));
    }
    String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
    Path base =
        Path.of(cache).isAbsolute()
            ? Path.of(cache)
            : Path.of(System.getProperty("user.home"), ".cache");
    Stream<Path> installed = Stream.of(base.resolve("exacta").resolve(NAME).resolve(VERSION));
    Stream<Path> onPath =
        Pattern.compile(Pattern.quote(File.pathSeparator))
            .splitAsStream(environment.getOrDefault("PATH", ""))
            .filter(folder -> !folder.isBlank())
            .map(Path::of);
    return Stream.concat(installed, onPath)
        .map(folder -> folder.resolve(NAME).toAbsolutePath())
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() ->
            ExactaException.fatal(
                "there is no cometbft, neither in Exacta's cache nor on the path; run"
                    + " ./install-cometbft, which builds "
                    + VERSION
                    + " with Go, or name one with --cometbft FILE"));
  }
}
