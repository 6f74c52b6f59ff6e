package exacta.gateway;

import exacta.crypto.Address;
import exacta.primitives.Digest32;
import java.util.List;
import java.util.Optional;

/** What the chain says of the market at one height. */
record MarketView(long height, long epoch, List<Seller> sellers, List<Listing> listings) {
  static final MarketView EMPTY = new MarketView(0, 0, List.of(), List.of());

  MarketView {
    sellers = List.copyOf(sellers);
    listings = List.copyOf(listings);
  }

  Optional<Listing> listing(String name) {
    return listings.stream().filter(listing -> listing.name().equals(name)).findFirst();
  }

  Optional<Seller> seller(Address address) {
    return sellers.stream().filter(seller -> seller.address().equals(address)).findFirst();
  }

  List<Seller> sellersOf(Digest32 model) {
    return sellers.stream().filter(seller -> seller.offer(model).isPresent()).toList();
  }
}
