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
    String output = start(Trial.class, model.toString(), "" + threads, "" + repetitions);
    return JsonMapper.shared().readValue(output, RESULTS);
  }

  /** The output of a class of this room, with the program's own JVM and flags. */
  String start(Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(arguments));
    return Child.output(command, Map.of("EXACTA_MAIN", main.getName(), "EXACTA_CLASSES", classes));
  }
}
