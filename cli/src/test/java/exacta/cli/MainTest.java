package exacta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return Main.commandLine()
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }

  @Test
  void helpOfEveryCommandSaysWhatItDoes() {
    for (CommandLine command : Main.commandLine().getSubcommands().values()) {
      String[] description = command.getCommandSpec().usageMessage().description();
      assertTrue(description.length > 0, command.getCommandName());
    }
    assertEquals(0, run("--help"));
    for (String name :
        List.of(
            "demo",
            "host",
            "gateway",
            "chat",
            "doctor",
            "model",
            "tokenize",
            "eval",
            "complete",
            "perplexity")) {
      assertTrue(out.toString().contains("  " + name), name);
    }
  }

  @Test
  void nothingToDoIsAnErrorThatShowsWhatThereIs() {
    assertEquals(2, run());
    assertTrue(err.toString().contains("Commands:"));
  }

  @Test
  void refusesAKindOfCheaterThatThereIsNot() {
    assertEquals(2, run("demo", "--cheater", "everything"));
    assertTrue(err.toString().contains("--cheater"), err.toString());
  }

  @Test
  void jsonGoesWithOnce() {
    assertEquals(2, run("demo", "--json"));
    assertTrue(err.toString().contains("--once"), err.toString());
  }

  @Test
  void saysWhichSettingIsOutOfRange(@TempDir Path home) {
    String folder = home.toString();
    assertEquals(2, run("demo", "--home", folder, "--block-interval", "1"));
    assertTrue(err.toString().contains("--block-interval is 50 to 60000"), err.toString());
    assertEquals(2, run("demo", "--home", folder, "--port-base", "80"));
    assertTrue(err.toString().contains("--port-base is 1024"), err.toString());
    assertFalse(err.toString().contains("\tat "), "a stack trace is for our bugs");
  }

  @Test
  void doctorAndHostSayWhatToNameWhereThereIsNothing(@TempDir Path empty) {
    assertEquals(2, run("doctor", "--home", empty.toString()));
    assertTrue(err.toString().contains("--home"), err.toString());
    assertEquals(2, run("host", "--demo", empty.resolve("demo.json").toString()));
    assertTrue(err.toString().contains("--demo"), err.toString());
  }
}
