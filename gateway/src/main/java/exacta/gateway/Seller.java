package exacta.gateway;

import exacta.crypto.Address;
import exacta.primitives.Digest32;
import exacta.protocol.v1.Ask;
import exacta.protocol.v1.HostRecord;
import java.net.URI;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A registered host as the chain shows it.
 *
 * @param weight its weight in the current plan
 * @param offers by the root of the model
 */
record Seller(Address address, URI url, long weight, SortedMap<Digest32, Offer> offers) {
  Seller {
    offers = new TreeMap<>(offers);
  }

  /** Empty for a host that nobody can buy from: not registered, or without a usable URL. */
  static Optional<Seller> of(HostRecord host) {
    Optional<Address> address = Address.parse(host.getAddress());
    Optional<URI> url = url(host.getUrl());
    if (!host.getRegistered() || address.isEmpty() || url.isEmpty()) {
      return Optional.empty();
    }
    SortedMap<Digest32, Offer> offers = new TreeMap<>();
    for (Ask ask : host.getAsksList()) {
      if (ask.getModel().size() == Digest32.BYTES) {
        offers.put(Digest32.of(ask.getModel().toByteArray()), Offer.of(ask));
      }
    }
    return Optional.of(new Seller(address.get(), url.get(), host.getWeight(), offers));
  }

  private static Optional<URI> url(String text) {
    try {
      URI url = URI.create(text);
      boolean usable =
          url.getHost() != null
              && ("http".equals(url.getScheme()) || "https".equals(url.getScheme()))
              && url.getQuery() == null
              && url.getFragment() == null;
      return usable ? Optional.of(url) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The address of one of the host's services, such as {@code v1/order}. */
  URI at(String path) {
    String base = url.toString();
    return URI.create(base.endsWith("/") ? base + path : base + "/" + path);
  }

  Optional<Offer> offer(Digest32 model) {
    return Optional.ofNullable(offers.get(model));
  }
}
