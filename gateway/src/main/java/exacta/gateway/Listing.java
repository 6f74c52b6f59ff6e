package exacta.gateway;

import exacta.engine.gguf.ModelIdentity;
import exacta.primitives.Digest32;
import exacta.protocol.v1.ModelRecord;
import java.util.Optional;

/** A model that the chain lists. */
record Listing(String name, ModelIdentity identity) {
  /** Empty for a record that no model can have. */
  static Optional<Listing> of(ModelRecord model) {
    if (model.getRoot().size() != Digest32.BYTES) {
      return Optional.empty();
    }
    try {
      Digest32 root = Digest32.of(model.getRoot().toByteArray());
      ModelIdentity identity =
          new ModelIdentity(root, model.getCardBytes(), model.getWeightBytes());
      return Optional.of(new Listing(model.getName(), identity));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  Digest32 root() {
    return identity.root();
  }

  /** Who listed it: the address in the name, or nobody for the default set. */
  String owner() {
    int slash = name.indexOf('/');
    return slash < 0 ? "exacta" : name.substring(0, slash);
  }
}
