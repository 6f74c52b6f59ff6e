package exacta.gateway;

import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;

/** The keys with which clients get in. How long a check takes says nothing about them. */
final class ApiKeys {
  private static final String SCHEME = "Bearer ";

  private final List<Digest32> hashes;

  ApiKeys(List<String> keys) {
    this.hashes = keys.stream().map(ApiKeys::hash).toList();
  }

  private static Digest32 hash(String key) {
    return Hasher.of("api-key").bytes(key.getBytes(StandardCharsets.UTF_8)).finish();
  }

  /**
   * @param header the value of {@code Authorization}, if there is one
   */
  void check(Optional<String> header) throws ApiException {
    if (header.isEmpty()) {
      throw ApiException.badKey(
          "You didn't provide an API key: send it in the header 'Authorization: Bearer KEY'.");
    }
    String value = header.get();
    boolean scheme = value.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
    byte[] given = hash(scheme ? value.substring(SCHEME.length()).strip() : "").toBytes();
    boolean known = false;
    for (Digest32 hash : hashes) {
      known |= MessageDigest.isEqual(hash.toBytes(), given);
    }
    if (!scheme || !known) {
      throw ApiException.badKey("Incorrect API key provided.");
    }
  }
}
