package exacta.cli;

import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;

/** Results go to standard output, everything else to standard error. */
final class Output {
  private final PrintWriter out;
  private final PrintWriter err;

  Output(CommandSpec spec) {
    out = spec.commandLine().getOut();
    err = spec.commandLine().getErr();
  }

  void result(String line) {
    out.println(line);
    out.flush();
  }

  /** Without an end of line: more of it follows. */
  void piece(String text) {
    out.print(text);
    out.flush();
  }

  void progress(String line) {
    err.println("exacta: " + line);
    err.flush();
  }
}
