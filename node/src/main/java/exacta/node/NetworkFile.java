package exacta.node;

import exacta.primitives.ExactaException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.OptionalInt;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a network's home says of its parts, as {@code network.json}.
 *
 * @param validators how many nodes it has
 * @param hosts how many hosts its genesis names
 * @param portBase where its ports begin; 0: at the documented ones
 */
record NetworkFile(int validators, int hosts, int portBase) {
  private static final String NAME = "network.json";

  void write(Path home) {
    String json = JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(this);
    PrivateFile.write(home.resolve(NAME), json + "\n");
  }

  /**
   * @throws ExactaException if there is no network
   */
  static NetworkFile read(Path home) {
    Path file = home.resolve(NAME);
    byte[] bytes =
        PrivateFile.read(file)
            .orElseThrow(() ->
                ExactaException.fatal(
                    "there is no network in "
                        + home
                        + "; make one (exacta network init), or name its folder with --home"));
    try {
      return JsonMapper.shared()
          .readValue(new String(bytes, StandardCharsets.UTF_8), NetworkFile.class);
    } catch (JacksonException e) {
      throw new ExactaException(
          ExactaException.Category.FATAL, file + " is not what exacta writes: " + e, e);
    }
  }

  NetworkPorts ports() {
    return NetworkPorts.of(portBase == 0 ? OptionalInt.empty() : OptionalInt.of(portBase));
  }
}
