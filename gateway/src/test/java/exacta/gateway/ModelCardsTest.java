package exacta.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.engine.text.ModelCard;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCardsTest {
  @TempDir Path folder;

  @Test
  void fetchesACardOnceHoweverManyAskForIt() throws InterruptedException {
    TestModel model = TestModel.create(folder);
    ModelCards cards = cards();
    Listing listing = Listing.of(model.record()).orElseThrow();
    AtomicInteger fetched = new AtomicInteger();
    AtomicReference<Optional<ModelCard>> other = new AtomicReference<>();
    try (ScriptedHost host = ScriptedHost.start(model, 0)) {
      List<Seller> sellers = List.of(Seller.of(host.record(1)).orElseThrow());
      Thread second = Thread.ofPlatform().unstarted(() -> other.set(cards.get(listing, sellers)));
      host.card(card -> {
        if (fetched.incrementAndGet() == 1) {
          second.start();
          while (second.isAlive() && second.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
          }
        }
        return card;
      });
      ModelCard first = cards.get(listing, sellers).orElseThrow();
      second.join();
      assertEquals(1, fetched.get());
      assertSame(first, other.get().orElseThrow());
    }
  }

  @Test
  void fetchesAgainAfterAFailure() {
    TestModel model = TestModel.create(folder);
    ModelCards cards = cards();
    Listing listing = Listing.of(model.record()).orElseThrow();
    try (ScriptedHost liar = ScriptedHost.start(model, 0);
        ScriptedHost honest = ScriptedHost.start(model, 1)) {
      liar.card(card -> card.clearPath());
      Seller one = Seller.of(liar.record(1)).orElseThrow();
      Seller other = Seller.of(honest.record(1)).orElseThrow();
      assertEquals(Optional.empty(), cards.get(listing, List.of(one)));
      assertTrue(cards.get(listing, List.of(one, other)).isPresent());
    }
  }

  private static ModelCards cards() {
    ManualClock clock = new ManualClock();
    return new ModelCards(
        new HostLink(new Patience(clock)), new HostStanding(clock), new GatewayLog());
  }
}
