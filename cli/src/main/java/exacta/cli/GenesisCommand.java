package exacta.cli;

import exacta.node.GenesisTransfer;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What a chain begins with. */
@Command(
    name = "genesis",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "The state of a chain as what another one begins with.")
final class GenesisCommand implements Runnable {
  @Spec private CommandSpec spec;

  /** Without a command there is nothing to do but to show what there is. */
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "name a command: export, import");
  }

  /** Writes a genesis file. */
  @Command(
      name = "export",
      mixinStandardHelpOptions = true,
      description = {
        "Writes the newest state of a stopped chain as a genesis file of CometBFT for a new chain."
            + " Accounts, hosts, models, funds, and validators with their power go over; consensus"
            + " keys that signed twice stay banned; what was under way ends, and"
            + " its money goes back. All nodes of a chain write the same file at the same height."
      })
  int export(
      @Option(
              names = "--home",
              paramLabel = "FOLDER",
              required = true,
              description = "The home of a node, or of a network on one machine.")
          Path home,
      @Option(
              names = "--chain-id",
              paramLabel = "NAME",
              required = true,
              description = "The new chain's name, another than the old one's.")
          String chainId,
      @Parameters(paramLabel = "FILE", description = "Where it is written.") Path file) {
    Output output = new Output(spec);
    GenesisTransfer.export(home, chainId, file).forEach(output::progress);
    output.result(file.toString());
    return 0;
  }

  /** Puts one into a home. */
  @Command(
      name = "import",
      mixinStandardHelpOptions = true,
      description = {
        "Checks a genesis file, and puts it into the home of a node that has not begun."
      })
  int install(
      @Option(
              names = "--home",
              paramLabel = "FOLDER",
              required = true,
              description = "The home of the node, with its CometBFT's in it.")
          Path home,
      @Parameters(paramLabel = "FILE", description = "What `exacta genesis export` wrote.")
          Path file) {
    Output output = new Output(spec);
    GenesisTransfer.install(file, home).forEach(output::progress);
    output.result(home.toString());
    return 0;
  }
}
