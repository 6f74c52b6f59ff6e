package exacta.ledger;

import com.google.protobuf.ByteString;
import exacta.primitives.Hasher;
import exacta.protocol.Message;
import exacta.protocol.v1.DisputeOutcome;
import exacta.protocol.v1.DisputeRecord;
import exacta.protocol.v1.MsgReceiptChallenge;
import exacta.protocol.v1.MsgSettle;
import exacta.protocol.v1.ReceiptDuty;
import exacta.protocol.v1.ReceiptSample;
import exacta.protocol.v1.Recomputed;
import exacta.protocol.v1.SettlementRecord;
import exacta.protocol.v1.ShownProof;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Random doings of the market: some as the rules want them, some wrong in one place, some of
 * nobody's business. One seed gives one traffic.
 */
final class MarketTraffic {
  /** A lane, and from which order on its log is that of the newest settlement. */
  private static final class Traded {
    final MarketLane lane;
    final String host;
    long firstNumber = 1;

    Traded(MarketLane lane, String host) {
      this.lane = lane;
      this.host = host;
    }
  }

  private final MarketPlay play;
  private final Scenario scenario;
  private final Random random;
  private final List<ByteString> sessions = new ArrayList<>();
  private final List<Traded> traded = new ArrayList<>();

  MarketTraffic(MarketPlay play, long seed) {
    this.play = play;
    this.scenario = play.scenario;
    this.random = new Random(seed);
  }

  /** Puts up to three transactions into the next block. */
  void act() {
    for (int i = random.nextInt(4); i > 0; i--) {
      switch (random.nextInt(12)) {
        case 0 -> open();
        case 1 -> manageSession();
        case 2, 3, 4 -> serve();
        case 5, 6 -> settle();
        case 7 -> attest();
        case 8 -> call();
        case 9 -> challenge();
        default -> vote();
      }
    }
  }

  private String host() {
    return "host" + random.nextInt(Scenario.HOSTS);
  }

  private String anybody() {
    return random.nextBoolean() ? host() : random.nextBoolean() ? "alice" : "bob";
  }

  private long amount() {
    return switch (random.nextInt(6)) {
      case 0 -> 1;
      case 1 -> Scenario.WEALTH.nanoCoins() / 2;
      case 2 -> 1L << 61;
      default -> 1 + random.nextInt(100_000);
    };
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  /** Opened at once, since its lanes can only be used once its id is known. */
  private void open() {
    if (sessions.size() > 12) {
      return;
    }
    String developer = anybody();
    long last = scenario.epoch() + random.nextInt(4) - 1;
    Map<String, Long> caps = new TreeMap<>(Map.of(host(), amount()));
    caps.put(host(), amount());
    if (last < 0) {
      return;
    }
    TxResult result = scenario.send(developer, play.openMessage(developer, "k", last, caps));
    if (result.isAccepted()) {
      ByteString session = play.opened(result, "k");
      sessions.add(session);
      caps.keySet().forEach(host -> traded.add(new Traded(play.lane(session, host), host)));
    }
  }

  private void manageSession() {
    if (sessions.isEmpty()) {
      return;
    }
    String developer = anybody();
    ByteString session = any(sessions);
    scenario.queue(
        developer,
        random.nextBoolean()
            ? play.close(developer, session)
            : play.topUp(developer, session, Map.of(host(), amount())));
  }

  private void serve() {
    if (traded.isEmpty()) {
      return;
    }
    MarketLane lane = any(traded).lane;
    switch (random.nextInt(5)) {
      case 0 -> lane.skip();
      case 1 -> lane.serveFalsely(1 + random.nextInt(1000));
      default -> lane.serve(random.nextInt(1000));
    }
  }

  private void settle() {
    if (traded.isEmpty()) {
      return;
    }
    Traded about = any(traded);
    MsgSettle.Builder settle = about.lane.settle();
    switch (random.nextInt(8)) {
      case 0 -> settle.setSum(amount());
      case 1 -> settle.setLastNumber(1 + random.nextInt(20));
      case 2 -> settle.setNewestOrder(about.lane.sign(about.lane.order(1, amount())));
      case 3 -> settle.setHost(play.text(anybody()));
      default -> {}
    }
    if (settle.getLastNumber() == 0) {
      return;
    }
    String sender = settle.getHost().equals(play.text(about.host)) ? about.host : "host0";
    settle.setHost(play.text(sender));
    TxResult result = scenario.send(sender, MarketPlay.settle(settle));
    if (result.isAccepted()) {
      about.firstNumber = about.lane.firstNumber();
      about.lane.settled();
    }
  }

  private List<SettlementRecord> settlements() {
    return scenario.epoch() == 0
        ? List.of()
        : play.audits(scenario.epoch() - 1).getSettlementsList();
  }

  private void attest() {
    for (SettlementRecord settlement : settlements()) {
      String auditor = host();
      long epoch = scenario.epoch() - random.nextInt(2);
      if (epoch > 0) {
        String host = scenario.name(settlement.getHost());
        scenario.queue(auditor, play.attest(auditor, epoch - 1, host));
      }
    }
  }

  private void call() {
    for (SettlementRecord settlement : settlements()) {
      for (ReceiptDuty duty : settlement.getDutiesList()) {
        if (random.nextInt(4) == 0) {
          ReceiptSample sample = any(duty.getSamplesList());
          String caller = random.nextInt(5) == 0 ? anybody() : scenario.name(duty.getAuditor());
          String host = scenario.name(settlement.getHost());
          scenario.queue(caller, play.call(caller, scenario.epoch() - 1, host, sample));
        }
      }
    }
  }

  private void challenge() {
    if (traded.isEmpty() || scenario.epoch() == 0) {
      return;
    }
    Traded about = any(traded);
    long count = about.lane.firstNumber() - about.firstNumber;
    if (count <= 0) {
      return;
    }
    long number = about.firstNumber + random.nextLong(count);
    if (about.lane.item(number).receipt().isEmpty()) {
      return;
    }
    MsgReceiptChallenge.Builder challenge = about.lane.challenge(about.firstNumber, number);
    if (random.nextInt(8) == 0 && challenge.getPathCount() > 0) {
      challenge.setPath(0, challenge.getPath(0).toBuilder().setSum(amount()));
    }
    String challenger = random.nextInt(8) == 0 ? anybody() : host();
    scenario.queue(challenger, play.challenge(challenger, scenario.epoch() - 1, challenge));
  }

  private void vote() {
    for (DisputeRecord dispute : play.disputes()) {
      if (dispute.getOutcome() == DisputeOutcome.DISPUTE_OUTCOME_UNSPECIFIED) {
        String juror =
            random.nextInt(6) == 0 || dispute.getJurorsCount() == 0
                ? anybody()
                : scenario.name(any(dispute.getJurorsList()));
        scenario.queue(juror, vote(juror, dispute));
      }
    }
  }

  private Message vote(String juror, DisputeRecord dispute) {
    Recomputed made =
        MarketLane.answer(Hasher.of("made-up").integer(random.nextInt(2)).finish(), 1);
    return switch (random.nextInt(8)) {
      case 0, 1 -> play.voteNotShown(juror, dispute.getDispute());
      case 2 -> play.vote(juror, dispute.getDispute(), made, shown(dispute));
      default ->
          dispute.getOrderHash().isEmpty()
              ? play.vote(juror, dispute.getDispute(), made, shown(dispute))
              : play.vote(juror, dispute.getDispute(), MarketPlay.truth(dispute));
    };
  }

  /** What a host would show of the coin, as far as the lane still has the log that was settled. */
  private ShownProof shown(DisputeRecord dispute) {
    for (Traded about : traded) {
      if (about.lane.session().equals(dispute.getSession())
          && play.text(about.host).equals(dispute.getHost())) {
        long number = about.lane.numberOfCoin(about.firstNumber, dispute.getCoin());
        boolean isThere = number >= about.firstNumber && number <= about.lane.lastNumber();
        if (isThere && about.lane.item(number).receipt().isPresent()) {
          return about.lane.shown(about.firstNumber, number);
        }
      }
    }
    return any(traded).lane.anyShown();
  }
}
