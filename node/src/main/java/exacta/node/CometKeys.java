package exacta.node;

import exacta.crypto.Ed25519Key;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The key files of a CometBFT, in its own form. */
final class CometKeys {
  private static final JsonMapper MAPPER = JsonMapper.shared();

  private CometKeys() {}

  /** Writes consensus key, node key, and that nothing was signed yet. */
  static void write(Path home, byte[] consensusSeed, byte[] nodeSeed) {
    Ed25519Key consensus = Ed25519Key.of(consensusSeed);
    ObjectNode validator = MAPPER.createObjectNode().put("address", address(consensus));
    validator.set("pub_key", publicKey(consensus));
    validator.set("priv_key", privateKey(consensus, consensusSeed));
    write(home.resolve("config").resolve("priv_validator_key.json"), validator);
    ObjectNode node = MAPPER.createObjectNode();
    node.set("priv_key", privateKey(Ed25519Key.of(nodeSeed), nodeSeed));
    write(home.resolve("config").resolve("node_key.json"), node);
    write(
        home.resolve("data").resolve("priv_validator_state.json"),
        MAPPER.createObjectNode().put("height", "0").put("round", 0).put("step", 0));
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
