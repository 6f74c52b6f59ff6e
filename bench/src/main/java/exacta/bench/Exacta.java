package exacta.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Our side: {@link Trial}, started as the program is. */
final class Exacta implements Competitor {
  private static final TypeReference<EnumMap<Measure, Double>> RESULTS = new TypeReference<>() {};

  private final Path launcher;
  private final String classes;

  /**
   * @param launcher the script that starts the program
   * @param classes where this room's classes are
   */
  Exacta(Path launcher, String classes) {
    this.launcher = launcher;
    this.classes = classes;
  }

  @Override
  public Map<Measure, Double> run(Path model, int threads, int repetitions) {
    String output = Child.output(process(Trial.class, "" + model, "" + threads, "" + repetitions));
    return JsonMapper.shared().readValue(output, RESULTS);
  }

  /** A class of this room as a process, with the program's own JVM and flags. */
  ProcessBuilder process(Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("EXACTA_MAIN", main.getName());
    builder.environment().put("EXACTA_CLASSES", classes);
    return builder;
  }
}
