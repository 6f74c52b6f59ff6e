package exacta.node;

import exacta.crypto.Ed25519Key;
import exacta.primitives.ExactaException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The key files of a CometBFT, in its own form. */
final class CometKeys {
  private static final JsonMapper MAPPER = JsonMapper.shared();

  private static final String CONFIG = "config";
  private static final String VALIDATOR_KEY = "priv_validator_key.json";
  private static final String NODE_KEY = "node_key.json";

  private CometKeys() {}

  /** Writes consensus key, node key, and that nothing was signed yet. */
  static void write(Path home, byte[] consensusSeed, byte[] nodeSeed) {
    Ed25519Key consensus = Ed25519Key.of(consensusSeed);
    ObjectNode validator = MAPPER.createObjectNode().put("address", address(consensus));
    validator.set("pub_key", publicKey(consensus));
    validator.set("priv_key", privateKey(consensus, consensusSeed));
    write(home.resolve(CONFIG).resolve(VALIDATOR_KEY), validator);
    ObjectNode node = MAPPER.createObjectNode();
    node.set("priv_key", privateKey(Ed25519Key.of(nodeSeed), nodeSeed));
    write(home.resolve(CONFIG).resolve(NODE_KEY), node);
    write(
        home.resolve("data").resolve("priv_validator_state.json"),
        MAPPER.createObjectNode().put("height", "0").put("round", 0).put("step", 0));
  }

  /** The key in a home that votes on blocks. */
  static Ed25519Key consensus(Path home) {
    return read(home.resolve(CONFIG).resolve(VALIDATOR_KEY));
  }

  /** The key in a home that names the node to its peers. */
  static Ed25519Key node(Path home) {
    return read(home.resolve(CONFIG).resolve(NODE_KEY));
  }

  private static Ed25519Key read(Path file) {
    byte[] json =
        PrivateFile.read(file)
            .orElseThrow(() -> ExactaException.fatal("there is no key file " + file));
    try {
      String both = MAPPER.readTree(json).at("/priv_key/value").stringValue();
      return Ed25519Key.of(Arrays.copyOf(Base64.getDecoder().decode(both), Ed25519Key.BYTES));
    } catch (JacksonException | IllegalArgumentException e) {
      throw new ExactaException(
          ExactaException.Category.FATAL, file + " is no key file of CometBFT: " + e, e);
    }
  }

  static void write(Path file, ObjectNode json) {
    PrivateFile.write(file, MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(json));
  }

  static String address(Ed25519Key key) {
    return HexFormat.of().withUpperCase().formatHex(key.address());
  }

  /** How a node is named by its peers. */
  static String nodeId(Ed25519Key key) {
    return HexFormat.of().formatHex(key.address());
  }

  static ObjectNode publicKey(Ed25519Key key) {
    return MAPPER
        .createObjectNode()
        .put("type", "tendermint/PubKeyEd25519")
        .put("value", Base64.getEncoder().encodeToString(key.publicKey()));
  }

  /** Go's form of a private key: the seed and the public key behind it. */
  private static ObjectNode privateKey(Ed25519Key key, byte[] seed) {
    byte[] both = new byte[2 * Ed25519Key.BYTES];
    System.arraycopy(seed, 0, both, 0, Ed25519Key.BYTES);
    System.arraycopy(key.publicKey(), 0, both, Ed25519Key.BYTES, Ed25519Key.BYTES);
    return MAPPER
        .createObjectNode()
        .put("type", "tendermint/PrivKeyEd25519")
        .put("value", Base64.getEncoder().encodeToString(both));
  }
}
