package exacta.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.crypto.Ed25519Key;
import exacta.primitives.ExactaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Key files beside those that {@code cometbft init} of v0.40.0 wrote. */
final class CometKeysTest {
  private static final String PRIVATE_KEY =
      "ZlBh7PmAZdIXs7IxlQcj7qINLJzmEwm3R54b9ydGAGt+//EeCMYlch25DXETdVqxYFlCh7z7XI3z98zfb6TtEw==";
  private static final String KEY_FILE =
      """
      {
        "address": "8F5B836B2C5C8FB6E6A8B83C3912B517B1B129AC",
        "pub_key": {
          "type": "tendermint/PubKeyEd25519",
          "value": "fv/xHgjGJXIduQ1xE3VasWBZQoe8+1yN8/fM32+k7RM="
        },
        "priv_key": {
          "type": "tendermint/PrivKeyEd25519",
          "value": "%s"
        }
      }
      """
          .formatted(PRIVATE_KEY);

  @TempDir private Path home;

  @Test
  void writesTheFilesThatCometBftWrites() throws IOException {
    byte[] seed = Arrays.copyOf(Base64.getDecoder().decode(PRIVATE_KEY), 32);
    CometKeys.write(home, seed, seed);
    Path config = home.resolve("config");
    assertEquals(json(KEY_FILE), json(Files.readString(config.resolve("priv_validator_key.json"))));
    assertEquals(
        json(KEY_FILE).path("priv_key"),
        json(Files.readString(config.resolve("node_key.json"))).path("priv_key"));
    assertEquals(
        json("{\"height\": \"0\", \"round\": 0, \"step\": 0}"),
        json(Files.readString(home.resolve("data").resolve("priv_validator_state.json"))));
    assertEquals(
        "rw-------",
        PosixFilePermissions.toString(
            Files.getPosixFilePermissions(config.resolve("priv_validator_key.json"))));
  }

  @Test
  void readsWhatItWrote() {
    byte[] seed = Arrays.copyOf(Base64.getDecoder().decode(PRIVATE_KEY), 32);
    byte[] other = seed.clone();
    other[0] ^= 1;
    CometKeys.write(home, seed, other);
    assertArrayEquals(Ed25519Key.of(seed).publicKey(), CometKeys.consensus(home).publicKey());
    assertArrayEquals(Ed25519Key.of(other).publicKey(), CometKeys.node(home).publicKey());
  }

  @Test
  void aKeyFileThatIsNoneIsNamed() throws IOException {
    Path file = home.resolve("config").resolve("node_key.json");
    assertTrue(
        assertThrows(ExactaException.class, () -> CometKeys.node(home))
            .getMessage()
            .contains(file.toString()));
    Files.createDirectories(file.getParent());
    for (String wrong : List.of("", "{}", "{\"priv_key\": {\"value\": \"!\"}}", "[1]")) {
      Files.writeString(file, wrong);
      assertTrue(
          assertThrows(ExactaException.class, () -> CometKeys.node(home))
              .getMessage()
              .contains(file.toString()));
    }
  }

  private static JsonNode json(String text) {
    return JsonMapper.shared().readTree(text);
  }
}
