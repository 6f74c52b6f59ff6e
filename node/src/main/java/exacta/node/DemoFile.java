package exacta.node;

import exacta.primitives.ExactaException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a running demo tells other programs, as {@code demo.json} in its home. The mnemonic is that
 * of a funded account for trials, coin type 118: play money, and yet nobody else may read it.
 *
 * @param gateway base address of the OpenAI API, without {@code /v1}
 * @param rpc of the chain
 * @param rest of the chain, for wallets
 * @param dashboard the page
 * @param model its name
 */
public record DemoFile(
    String gateway,
    String rpc,
    String rest,
    String dashboard,
    String apiKey,
    String model,
    String mnemonic,
    String chainId,
    String modelFile) {
  /** Its name in the home. */
  public static final String NAME = "demo.json";

  void write(Path file) {
    String json = JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(this);
    PrivateFile.write(file, json + "\n");
  }

  /**
   * @throws ExactaException if there is no such file, or another program wrote it
   */
  public static DemoFile read(Path file) {
    byte[] bytes =
        PrivateFile.read(file)
            .orElseThrow(() ->
                ExactaException.fatal(
                    "there is no "
                        + file
                        + "; start a demo first (exacta demo), or name its file with --demo"));
    try {
      return JsonMapper.shared()
          .readValue(new String(bytes, StandardCharsets.UTF_8), DemoFile.class);
    } catch (JacksonException e) {
      throw new ExactaException(
          ExactaException.Category.FATAL, file + " is not what a demo writes: " + e, e);
    }
  }

  /** Without the secrets. */
  @Override
  public String toString() {
    return "demo of chain " + chainId + " at " + gateway;
  }
}
