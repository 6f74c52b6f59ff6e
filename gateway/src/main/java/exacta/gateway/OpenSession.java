package exacta.gateway;

import exacta.crypto.Address;
import exacta.crypto.PrivateKey;
import exacta.primitives.Digest32;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * A session of ours on the chain, with its lanes.
 *
 * @param lastEpoch the last epoch in which orders count
 */
record OpenSession(Digest32 id, PrivateKey key, long lastEpoch, Map<Address, Lane> lanes)
    implements AutoCloseable {

  /** One without lanes; they are added as the chain shows them. */
  static OpenSession of(Digest32 id, PrivateKey key, long lastEpoch) {
    return new OpenSession(id, key, lastEpoch, new ConcurrentSkipListMap<>());
  }

  Optional<Lane> lane(Address host) {
    return Optional.ofNullable(lanes.get(host));
  }

  @Override
  public void close() {
    List.copyOf(lanes.values()).forEach(Lane::close);
  }
}
