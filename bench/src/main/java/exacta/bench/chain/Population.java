package exacta.bench.chain;

import exacta.crypto.Address;
import exacta.crypto.PrivateKey;
import exacta.primitives.Hasher;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Accounts of a bench. Some have keys and send; of the others only the addresses are needed, and
 * making keys for a million would take longer than what is measured. Addresses are hashes, so
 * senders lie everywhere in the state's tree.
 *
 * @param keys of the first accounts, in order
 * @param addresses of all
 */
record Population(List<PrivateKey> keys, List<Address> addresses) {
  static Population of(int accounts, int senders) {
    List<PrivateKey> keys =
        IntStream.range(0, Math.min(accounts, senders))
            .mapToObj(i -> PrivateKey.of(Hasher.of("bench-key").integer(i).finish().toBytes()))
            .toList();
    List<Address> addresses =
        IntStream.range(0, accounts)
            .mapToObj(i -> i < keys.size() ? keys.get(i).address() : idle(i))
            .toList();
    return new Population(keys, addresses);
  }

  private static Address idle(int number) {
    return Address.module("bench-account-" + number);
  }
}
