package exacta.cli;

import exacta.primitives.ExactaException;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code exacta} command. Exit codes: 0 done, 1 trying again may help, 2 it will not. */
@Command(
    name = "exacta",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "An open network for AI computing power whose work is exact: answers are checked by "
          + "computing them again, and equal means equal to the last bit.",
      ""
    },
    footerHeading = "%nBegin here:%n",
    footer = {
      "  exacta demo                    a network of four hosts on this machine, and a chat with"
          + " it",
      "  exacta demo --once \"Hello\"   one answer, who checked it, and who was paid",
      "  exacta COMMAND --help        what a command does, and all of its options",
      "",
      "Exit codes: 0 done; 1 failed, try again; 2 failed, something must be changed."
    },
    subcommands = {
      DemoCommand.class,
      HostCommand.class,
      GatewayCommand.class,
      NodeCommand.class,
      NetworkCommand.class,
      GenesisCommand.class,
      ChatCommand.class,
      DoctorCommand.class,
      QueryCommand.class,
      ModelCommand.class,
      TokenizeCommand.class,
      EvalCommand.class,
      CompleteCommand.class,
      PerplexityCommand.class,
      CommandLine.HelpCommand.class
    })
final class Main implements Runnable {
  static final int RETRY = 1;
  static final int HOPELESS = 2;

  @Spec private CommandSpec spec;

  private Main() {}

  public static void main(String[] arguments) {
    // Programs read the chain's texts: "expected 5" must not have another language's digits.
    Locale.setDefault(Locale.ROOT);
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpAutoWidth(true)
        .setExecutionExceptionHandler(Main::explain);
  }

  /** Without a command there is nothing to do but to show what there is. */
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "name a command");
  }

  /** What the world did wrong is one line; what we did wrong is a stack trace for the report. */
  private static int explain(Exception e, CommandLine command, CommandLine.ParseResult parsed)
      throws Exception {
    if (e instanceof ExactaException known) {
      PrintWriter err = command.getErr();
      err.println("exacta: " + known.getMessage());
      err.flush();
      return known.category() == ExactaException.Category.ERROR ? RETRY : HOPELESS;
    }
    throw e;
  }
}
