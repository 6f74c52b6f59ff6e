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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * The cards of models, fetched from whichever host has them and checked against the root on the
 * chain. Those asked for last stay here. Safe for several threads. Spec: gateway.md#card.
 */
final class ModelCards {
  /** Of the cards that stay, together; one in memory takes some times its bytes. */
  private static final long BYTES_MAX = 64L << 20;

  private final HostLink link;
  private final HostStanding standing;
  private final GatewayLog log;

  /** The one asked for last comes last. */
  private final SequencedMap<Digest32, Kept> cards = new LinkedHashMap<>(16, 0.75f, true);

  private long bytes;

  /** Those that are being fetched: whoever asks for one meanwhile gets what that gives. */
  private final Map<Digest32, CompletableFuture<Optional<ModelCard>>> coming = new HashMap<>();

  /** Roots of cards that are genuine, and of no use here. */
  private final Set<Digest32> unusable = new HashSet<>();

  private record Kept(ModelCard card, long bytes) {}

  ModelCards(HostLink link, HostStanding standing, GatewayLog log) {
    this.link = link;
    this.standing = standing;
    this.log = log;
  }

  /** The model's card, if it is here. */
  synchronized Optional<ModelCard> known(Digest32 model) {
    return Optional.ofNullable(cards.get(model)).map(Kept::card);
  }

  /** The model's card; asks the sellers one after the other if it is not here yet. */
  Optional<ModelCard> get(Listing listing, List<Seller> sellers) {
    CompletableFuture<Optional<ModelCard>> mine = new CompletableFuture<>();
    CompletableFuture<Optional<ModelCard>> first = begin(listing.root(), mine);
    if (first != mine) {
      return first.join();
    }
    Optional<ModelCard> card = Optional.empty();
    try {
      card = fetch(listing, sellers);
      return card;
    } finally {
      end(listing.root());
      mine.complete(card);
    }
  }

  /** Who fetches the card: the caller, if its own future is returned. */
  private synchronized CompletableFuture<Optional<ModelCard>> begin(
      Digest32 model, CompletableFuture<Optional<ModelCard>> mine) {
    Optional<ModelCard> known = known(model);
    if (known.isPresent()) {
      return CompletableFuture.completedFuture(known);
    }
    CompletableFuture<Optional<ModelCard>> other = coming.putIfAbsent(model, mine);
    return other == null ? mine : other;
  }

  private synchronized void end(Digest32 model) {
    coming.remove(model);
  }

  private Optional<ModelCard> fetch(Listing listing, List<Seller> sellers) {
    for (Seller seller : sellers) {
      if (isUnusable(listing.root())) {
        return Optional.empty();
      }
      if (standing.fitness(seller.address()) != HostStanding.Fitness.SHUNNED) {
        Optional<ModelCard> card = fetch(listing, seller);
        if (card.isPresent()) {
          return card;
        }
      }
    }
    return Optional.empty();
  }

  private synchronized boolean isUnusable(Digest32 model) {
    return unusable.contains(model);
  }

  private Optional<ModelCard> fetch(Listing listing, Seller seller) {
    try {
      CardAnswer answer = link.card(seller, listing.root(), listing.identity().cardBytes());
      byte[] bytes = answer.getCard().toByteArray();
      if (!listing.identity().isCard(bytes, path(answer))) {
        throw new HostFailure.Wrong("a card that does not belong to the model");
      }
      return read(listing, bytes);
    } catch (HostFailure.Wrong e) {
      standing.lied(seller.address());
      log.hostFailed(seller.address(), e);
    } catch (HostFailure e) {
      log.hostFailed(seller.address(), e);
    }
    return Optional.empty();
  }

  private Optional<ModelCard> read(Listing listing, byte[] bytes) {
    try {
      ModelCard card = ModelCard.of(bytes);
      keep(listing.root(), new Kept(card, bytes.length));
      return Optional.of(card);
    } catch (ExactaException e) {
      setUnusable(listing.root());
      log.modelUnusable(listing.name(), e.getMessage());
      return Optional.empty();
    }
  }

  private synchronized void keep(Digest32 model, Kept kept) {
    cards.put(model, kept); // there was none: one request fetches at a time
    bytes += kept.bytes();
    while (bytes > BYTES_MAX && cards.size() > 1) {
      bytes -= cards.pollFirstEntry().getValue().bytes();
    }
  }

  private synchronized void setUnusable(Digest32 model) {
    unusable.add(model);
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
