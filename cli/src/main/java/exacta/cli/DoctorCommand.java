package exacta.cli;

import exacta.node.Doctor;
import exacta.node.HomeFolder;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** Whether a network's books are in order. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description = {
      "Proves that a network on this machine is in order: that its whole state is under its root, "
          + "that every coin is where it should be, and that its blocks follow each other. A "
          + "network that runs is asked for its supply instead.",
      "Exit code 0: all is well."
    })
final class DoctorCommand implements Callable<Integer> {
  @Option(
      names = "--home",
      paramLabel = "FOLDER",
      description = "The home of the network. Default: ~/.exacta/demo")
  private Path home;

  @Option(
      names = "--replay",
      description = {
        "Apply all blocks again, from the genesis on, too, and compare the state after each. Takes"
            + " about as long as the blocks took when they were made, without the waiting."
      })
  private boolean replay;

  @Option(names = "--json", description = "One JSON object instead of lines.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Output output = new Output(spec);
    Doctor.Report report =
        Doctor.examine(home != null ? home : HomeFolder.standard(System.getenv(), "demo"), replay);
    if (json) {
      output.result(JsonMapper.shared().writeValueAsString(report));
    } else {
      report.findings().forEach(finding -> output.result("ok     " + finding));
      report.faults().forEach(fault -> output.result("FAULT  " + fault));
    }
    return report.isHealthy() ? 0 : Main.HOPELESS;
  }
}
