package exacta.cli;

import exacta.node.HomeFolder;
import exacta.node.NetworkJoin;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes a node of a chain that others run. */
@Command(
    name = "join",
    mixinStandardHelpOptions = true,
    description = {
      "Writes the home of a node that joins a chain which others run: keys, the chain's genesis,"
          + " and the settings of a CometBFT that begins with a snapshot of the state. Starts"
          + " nothing; docs/validator.md has the walk from here to a validator."
    })
final class NetworkJoinCommand implements Callable<Integer> {
  @Option(
      names = "--rpc",
      paramLabel = "URL",
      required = true,
      description = {
        "The RPC of a node of the chain. Name two or more, of different people: they check each"
            + " other, and are asked for the other nodes' addresses"
      })
  private List<URI> servers;

  @Option(
      names = "--home",
      paramLabel = "FOLDER",
      description = "Where the node is made. Default: ~/.exacta/node")
  private Path home;

  @Option(
      names = "--host-home",
      paramLabel = "FOLDER",
      description = {
        "The home of the host whose node it is (--home of `exacta host`). Default: ~/.exacta/host"
      })
  private Path hostHome;

  @Option(
      names = "--p2p",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:26656",
      description = {
        "Where other nodes reach this one; not on loopback, they are found through each other."
            + " 0.0.0.0:PORT: at every address. Default: ${DEFAULT-VALUE}"
      })
  private String peerAddress;

  @Option(
      names = "--rpc-listen",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:26657",
      description = "Where this node's RPC answers. Default: ${DEFAULT-VALUE}")
  private String rpcAddress;

  @Option(
      names = "--trust-height",
      paramLabel = "HEIGHT",
      description = "A block that you trust. Default: the newest one that the RPCs have")
  private Long trustHeight;

  @Option(
      names = "--trust-hash",
      paramLabel = "HEX",
      description = "The hash of that block. Default: what the RPCs say, and they must agree")
  private String trustHash;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Output output = new Output(spec);
    NetworkJoin.Joined joined =
        NetworkJoin.run(
            new NetworkJoin.Settings(
                home != null ? home : HomeFolder.standard(System.getenv(), "node"),
                hostHome != null ? hostHome : HomeFolder.standard(System.getenv(), "host"),
                servers,
                peerAddress,
                rpcAddress,
                trustHeight == null ? OptionalLong.empty() : OptionalLong.of(trustHeight),
                Optional.ofNullable(trustHash)),
            output::progress);
    output.result("chain    " + joined.chainId());
    output.result("node     " + joined.home());
    output.result("host     " + joined.host());
    output.result("trusted  block %d %s".formatted(joined.trustHeight(), joined.trustHash()));
    return 0;
  }
}
