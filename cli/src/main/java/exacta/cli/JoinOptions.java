package exacta.cli;

import exacta.node.DemoFile;
import exacta.node.HomeFolder;
import exacta.node.JoinSettings;
import exacta.node.Prices;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine.Option;

/** What a process needs to know of the demo that it joins. */
final class JoinOptions {
  @Option(
      names = "--demo",
      paramLabel = "FILE",
      description = {
        "The demo.json of the running demo, whose test account pays the deposits. Default: "
            + "~/.exacta/demo/demo.json, or none if there is no such file and --rpc is named"
      })
  private Path demo;

  @Option(
      names = "--rpc",
      paramLabel = "URL",
      description = "The chain's RPC. Default: what the demo's file names")
  private URI rpc;

  @Option(
      names = "--home",
      paramLabel = "FOLDER",
      description = "Where keys and books are kept. Default: ~/.exacta/ and the command's name")
  private Path home;

  JoinSettings settings(
      String name,
      int port,
      Optional<Path> model,
      Optional<Prices> prices,
      OptionalLong keyValueBytes,
      Optional<Path> node) {
    Path file =
        demo != null ? demo : HomeFolder.standard(System.getenv(), "demo").resolve(DemoFile.NAME);
    // Who names a chain, and no demo, may join one of which this machine knows nothing else.
    boolean isDemo = demo != null || rpc == null || Files.exists(file);
    return new JoinSettings(
        home != null ? home : HomeFolder.standard(System.getenv(), name),
        isDemo ? Optional.of(DemoFile.read(file)) : Optional.empty(),
        Optional.ofNullable(rpc),
        port,
        model,
        prices,
        keyValueBytes,
        node);
  }
}
