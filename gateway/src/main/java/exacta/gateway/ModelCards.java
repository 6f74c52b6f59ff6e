package exacta.gateway;

import com.google.protobuf.ByteString;
import exacta.engine.text.ModelCard;
import exacta.primitives.Digest32;
import exacta.primitives.ExactaException;
import exacta.protocol.Bounds;
import exacta.protocol.v1.CardAnswer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The cards of models, fetched from whichever host has them and checked against the root on the
 * chain. Safe for several threads. Spec: gateway.md#card.
 */
final class ModelCards {

  private final HostLink link;
  private final HostStanding standing;
  private final GatewayLog log;
  private final Map<Digest32, ModelCard> cards = new HashMap<>();

  /** Roots of cards that are genuine, and of no use here. */
  private final Set<Digest32> unusable = new HashSet<>();

  ModelCards(HostLink link, HostStanding standing, GatewayLog log) {
    this.link = link;
    this.standing = standing;
    this.log = log;
  }

  /** The model's card, if it is here. */
  synchronized Optional<ModelCard> known(Digest32 model) {
    return Optional.ofNullable(cards.get(model));
  }

  /** The model's card; asks the sellers one after the other if it is not here yet. */
  Optional<ModelCard> get(Listing listing, List<Seller> sellers) {
    Optional<ModelCard> known = known(listing.root());
    if (known.isPresent()) {
      return known;
    }
    for (Seller seller : sellers) {
      if (isUnusable(listing.root())) {
        return Optional.empty();
      }
      if (standing.fitness(seller.address()) != HostStanding.Fitness.SHUNNED) {
        fetch(listing, seller);
        if (known(listing.root()).isPresent()) {
          return known(listing.root());
        }
      }
    }
    return Optional.empty();
  }

  private synchronized boolean isUnusable(Digest32 model) {
    return unusable.contains(model);
  }

  private void fetch(Listing listing, Seller seller) {
    try {
      CardAnswer answer = link.card(seller, listing.root(), listing.identity().cardBytes());
      byte[] bytes = answer.getCard().toByteArray();
      if (!listing.identity().isCard(bytes, path(answer))) {
        throw new HostFailure.Wrong("a card that does not belong to the model");
      }
      keep(listing, bytes);
    } catch (HostFailure.Wrong e) {
      standing.lied(seller.address());
      log.hostFailed(seller.address(), e);
    } catch (HostFailure e) {
      log.hostFailed(seller.address(), e);
    }
  }

  private synchronized void keep(Listing listing, byte[] bytes) {
    try {
      cards.put(listing.root(), ModelCard.of(bytes));
    } catch (ExactaException e) {
      unusable.add(listing.root());
      log.modelUnusable(listing.name(), e.getMessage());
    }
  }

  private static List<Digest32> path(CardAnswer answer) throws HostFailure.Wrong {
    List<Digest32> path = new ArrayList<>();
    for (ByteString sibling : answer.getPathList()) {
      if (sibling.size() != Digest32.BYTES || path.size() == Bounds.PATH_MAX) {
        throw new HostFailure.Wrong("a card with a malformed path");
      }
      path.add(Digest32.of(sibling.toByteArray()));
    }
    return path;
  }
}
