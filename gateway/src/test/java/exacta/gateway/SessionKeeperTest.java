package exacta.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.primitives.Amount;
import exacta.primitives.ExactaException;
import exacta.protocol.v1.LaneRecord;
import exacta.protocol.v1.Order;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionKeeperTest {
  private static final long FUND = Amount.ofCoins(1).nanoCoins();

  @TempDir Path folder;
  private TestNetwork network;

  @BeforeEach
  void start() {
    network = new TestNetwork(TestModel.create(folder), folder.resolve("home"), 2);
  }

  @AfterEach
  void stop() {
    network.close();
  }

  private List<LaneRecord> lanes(int session) {
    return network.chain.sessions().get(session).getLanesList();
  }

  private Lane lane(ScriptedHost host) {
    return network.gateway().keeper().session().orElseThrow().lane(host.address()).orElseThrow();
  }

  private void assertServes() {
    HttpResponse<String> response = network.chat(",\"max_tokens\":3");
    assertEquals(200, response.statusCode(), response.body());
  }

  @Test
  void opensOneSessionWithALaneForEveryHost() {
    assertEquals(1, network.chain.sessions().size());
    assertEquals(2, lanes(0).size());
    lanes(0).forEach(lane -> assertEquals(FUND, lane.getCap()));
    network.gateway().keeper().tend();
    assertEquals(1, network.chain.sessions().size());
    assertTrue(network.gateway().isReady());
  }

  @Test
  void addsALaneForANewHost() {
    ScriptedHost third = network.addHost();
    network.gateway().keeper().tend();
    assertEquals(3, lanes(0).size());
    assertEquals(FUND, lane(third).remaining());
  }

  @Test
  void fillsALaneBeforeItRunsDry() {
    ScriptedHost host = network.hosts.getFirst();
    long half = FUND / 2;
    lane(host).ledger().open(half - 1);
    network.gateway().keeper().tend();
    assertEquals(FUND, lane(host).cap());
    lane(host).ledger().open(2);
    network.gateway().keeper().tend();
    assertEquals(FUND + half + 1, lane(host).cap());
    assertEquals(FUND, lane(host).remaining());
  }

  @Test
  void opensTheNextSessionBeforeTheLastEpochEnds() {
    assertServes();
    long lastEpoch = network.chain.sessions().getFirst().getLastEpoch();
    network.chain.epoch(lastEpoch - SessionKeeper.EPOCHS_LEFT_MIN);
    network.gateway().keeper().tend();
    assertEquals(1, network.chain.sessions().size());
    network.chain.epoch(lastEpoch - SessionKeeper.EPOCHS_LEFT_MIN + 1);
    network.gateway().keeper().tend();
    assertEquals(2, network.chain.sessions().size());
    assertTrue(
        !network
            .chain
            .sessions()
            .get(0)
            .getSessionKey()
            .equals(network.chain.sessions().get(1).getSessionKey()),
        "each session has its own key");
    assertServes();
    network.chain.epoch(lastEpoch + 5);
    network.gateway().keeper().tend();
    assertServes();
  }

  @Test
  void goesOnWithSessionKeysAndBooksAfterARestart() {
    for (int i = 0; i < 4; i++) {
      assertServes();
    }
    network.stopGateway();
    network.start();
    assertEquals(1, network.chain.sessions().size());
    for (int i = 0; i < 4; i++) {
      assertServes();
    }
    for (ScriptedHost host : network.hosts) {
      List<Order> orders = host.orders();
      for (int i = 0; i < orders.size(); i++) {
        assertEquals(i + 1, orders.get(i).getNumber());
        assertEquals(List.of(), orders.get(i).getOpenList());
      }
      assertEquals(4, orders.size());
    }
  }

  @Test
  void closesOrdersWithoutReceiptByTheSettlement() {
    ScriptedHost host = network.hosts.getFirst();
    host.script(new ScriptedHost.Script.Breaks(20));
    for (int i = 0; i < 3; i++) {
      assertEquals(200, network.chat("").statusCode());
    }
    assertEquals(1, lane(host).ledger().openCount());
    host.script(new ScriptedHost.Script.Honest());
    network.settle();
    assertEquals(0, lane(host).ledger().openCount());
    assertEquals(host.givenSum(), lane(host).ledger().acknowledged());
    assertTrue(host.givenSum() > 0, "the host gave a partial receipt");
    assertEquals(
        OptionalLong.of(host.givenSum()),
        network
            .gateway()
            .costBetween(
                network.gateway().keeper().session().orElseThrow().id(),
                host.address(),
                1,
                host.lastNumber() + 1));
  }

  @Test
  void asksForTheLastReceiptOfABrokenStream() {
    ScriptedHost host = network.hosts.getFirst();
    for (int tokens : new int[] {20, 1}) {
      network.clock.advance(Duration.ofHours(2));
      int orders = host.orders().size();
      host.script(new ScriptedHost.Script.Breaks(tokens));
      while (host.orders().size() == orders) {
        assertEquals(200, network.chat("").statusCode());
      }
      assertEquals(1, lane(host).ledger().openCount());
      network.gateway().looseEnds().tend();
      assertEquals(0, lane(host).ledger().openCount(), "with a receipt or without");
      assertEquals(host.givenSum(), lane(host).ledger().acknowledged());
    }
    host.script(new ScriptedHost.Script.Honest());
    network.clock.advance(Duration.ofHours(2));
    int orders = host.orders().size();
    for (int i = 0; i < 8; i++) {
      assertServes();
    }
    assertTrue(host.orders().size() > orders);
    assertTrue(host.lastNumber() == host.orders().size(), "it took the orders");
  }

  @Test
  void keepsItsBooksWhenManyAskAtOnce() throws InterruptedException {
    AtomicInteger served = new AtomicInteger();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      int seed = i;
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                if (network.chat(",\"seed\":" + seed).statusCode() == 200) {
                  served.incrementAndGet();
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(60, served.get());
    for (ScriptedHost host : network.hosts) {
      assertEquals(host.givenSum(), lane(host).ledger().acknowledged());
      assertEquals(0, lane(host).ledger().openCount());
    }
  }

  @Test
  void sharesWhatIsLeftOfTheBalance() {
    network.chain.balance(Amount.ofNano(11));
    network.addHost();
    network.addHost();
    network.gateway().keeper().tend();
    assertEquals(5, lanes(0).get(2).getCap());
    assertEquals(5, lanes(0).get(3).getCap());
    network.chain.balance(Amount.ZERO);
    ExactaException e =
        assertThrows(ExactaException.class, () -> network.gateway().keeper().tend());
    assertTrue(e.getMessage().contains("send it some"), e.getMessage());
    assertServes();
  }

  @Test
  void buysFromTheCheapestOfHostsThatAreEquallyBusy() {
    network.hosts.getFirst().priceFactor(3);
    network.chain.host(network.hosts.getFirst().record(1));
    network.gateway().keeper().tend();
    for (int i = 0; i < 5; i++) {
      assertServes();
    }
    assertEquals(0, network.hosts.getFirst().orders().size());
  }

  @Test
  void buysFromTheHostThatHasFewerOpenOrders() {
    lane(network.hosts.get(0)).ledger().open(1);
    for (int i = 0; i < 5; i++) {
      assertServes();
    }
    assertEquals(0, network.hosts.get(0).orders().size());
    assertEquals(5, network.hosts.get(1).orders().size());
  }

  @Test
  void spreadsOrdersByWeight() {
    network.chain.host(network.hosts.get(0).record(30));
    network.chain.host(network.hosts.get(1).record(10));
    network.gateway().keeper().tend();
    for (int i = 0; i < 40; i++) {
      assertServes();
    }
    assertEquals(30, network.hosts.get(0).orders().size());
    assertEquals(10, network.hosts.get(1).orders().size());
  }

  @Test
  void doesNotBuyFromAHostThatIsNotRegisteredAnyMore() {
    network.chain.removeHost(network.hosts.get(0).address());
    network.gateway().keeper().tend();
    for (int i = 0; i < 3; i++) {
      assertServes();
    }
    assertEquals(0, network.hosts.get(0).orders().size());
    network.chain.removeHost(network.hosts.get(1).address());
    network.gateway().keeper().tend();
    assertEquals(503, network.chat("").statusCode());
  }

  @Test
  void servesWhileTheChainIsDown() {
    network.chain.down(true);
    assertThrows(ExactaException.class, () -> network.gateway().keeper().tend());
    assertServes();
  }

  @Test
  void usesNoCardThatDoesNotBelongToTheModel() {
    network.stopGateway();
    network.hosts.get(0).card(card -> card.setCard(card.getCard().substring(1)));
    network.hosts.get(1).card(card -> card.clearPath());
    network.start();
    HttpResponse<String> response = network.chat("");
    assertEquals(503, response.statusCode());
    assertEquals(0, network.hosts.get(0).orders().size());
    ScriptedHost honest = network.addHost();
    network.gateway().keeper().tend();
    assertServes();
    assertEquals(1, honest.orders().size());
  }
}
