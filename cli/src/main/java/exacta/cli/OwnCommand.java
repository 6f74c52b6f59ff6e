package exacta.cli;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/** How this very program is started again, with the flags that it was given. */
final class OwnCommand {
  private OwnCommand() {}

  static List<String> of(ProcessHandle self) {
    List<String> command = new ArrayList<>();
    command.add(self.info().command().orElse("java"));
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(Main.class.getName());
    return command;
  }
}
