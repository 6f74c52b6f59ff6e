package exacta.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import exacta.protocol.Message;
import exacta.protocol.v1.LaneRecord;
import exacta.protocol.v1.MsgSettle;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Plays tables of cases, a line each. A transaction says behind {@code ->} what becomes of it:
 * {@code accepted} or the name of the refusal; other lines happen off the chain, or say what must
 * be so.
 *
 * <pre>
 * at EPOCH BLOCK                               the next block is this one
 * open S alice last E host0=CAP ...            -> accepted
 * top-up S alice host0=AMOUNT                  -> accepted
 * close S alice                                -> accepted
 * order S H seq N tokens T                     ordered, answered, logged
 * order S H seq N empty                        ordered, never answered
 * settle S H [last N] [sum N] [acknowledged N] [open N,N] [names N,N]  -> accepted
 * lane S H cap N settled N sum N
 * balance alice N                              ngonka below what all have at first
 * </pre>
 */
final class MarketStory {
  private final Scenario scenario = new Scenario();
  final MarketPlay play = new MarketPlay(scenario);
  private final Map<String, ByteString> sessions = new HashMap<>();

  void tell(String story) {
    story.lines().filter(line -> !line.isBlank()).forEach(this::line);
  }

  ByteString session(String name) {
    return sessions.get(name);
  }

  private void line(String line) {
    String[] sides = line.split("->");
    List<String> words = Arrays.asList(sides[0].strip().split(" +"));
    if (sides.length == 2) {
      assertEquals(sides[1].strip(), outcome(transaction(words)), line);
    } else {
      statement(words, line);
    }
  }

  private String outcome(TxResult result) {
    return Scenario.refusalOf(result).toLowerCase(Locale.ROOT);
  }

  private TxResult transaction(List<String> words) {
    String name = words.get(1);
    String who = words.get(2);
    if (words.getFirst().equals("open")) {
      long last = Long.parseLong(words.get(4));
      Message open =
          play.openMessage(who, "key of " + name, last, caps(words.subList(5, words.size())));
      TxResult result = scenario.send(who, open);
      if (result.isAccepted()) {
        sessions.put(name, play.opened(result, "key of " + name));
      }
      return result;
    }
    ByteString session = sessions.get(name);
    return switch (words.getFirst()) {
      case "top-up" ->
          scenario.send(who, play.topUp(who, session, caps(words.subList(3, words.size()))));
      case "close" -> scenario.send(who, play.close(who, session));
      case "settle" -> settle(play.lane(session, who), who, words.subList(3, words.size()));
      default -> throw new AssertionError("no such transaction: " + words);
    };
  }

  private static Map<String, Long> caps(List<String> words) {
    Map<String, Long> caps = new TreeMap<>();
    for (String word : words) {
      String[] cap = word.split("=");
      caps.put(cap[0], Long.parseLong(cap[1]));
    }
    return caps;
  }

  private TxResult settle(MarketLane lane, String host, List<String> words) {
    MsgSettle.Builder settle = lane.settle();
    long acknowledged = lane.sum();
    List<Long> names = List.of();
    for (int i = 0; i < words.size(); i += 2) {
      String value = words.get(i + 1);
      switch (words.get(i)) {
        case "last" -> settle.setLastNumber(Long.parseLong(value));
        case "sum" -> settle.setSum(Long.parseLong(value));
        case "acknowledged" -> acknowledged = Long.parseLong(value);
        case "names" -> names = numbers(value);
        case "open" -> numbers(value).forEach(number -> settle.addOpen(lane.open(number)));
        default -> throw new AssertionError("no such part: " + words);
      }
    }
    settle.setNewestOrder(
        lane.sign(lane.order(lane.lastNumber() + 1, acknowledged).addAllOpen(names)));
    TxResult result = scenario.send(host, MarketPlay.settle(settle));
    if (result.isAccepted()) {
      lane.settled();
    }
    return result;
  }

  private static List<Long> numbers(String list) {
    return Arrays.stream(list.split(",")).map(Long::parseLong).toList();
  }

  private void statement(List<String> words, String line) {
    switch (words.getFirst()) {
      case "at" -> {
        long height = 120 * Long.parseLong(words.get(1)) + Long.parseLong(words.get(2)) - 1;
        scenario.advanceTo(height);
        assertEquals(height, scenario.height(), line);
      }
      case "order" -> {
        MarketLane lane = play.lane(sessions.get(words.get(1)), words.get(2));
        assertEquals(lane.lastNumber() + 1, Long.parseLong(words.get(4)), line);
        if (words.get(5).equals("empty")) {
          lane.skip();
        } else {
          lane.serve(Integer.parseInt(words.get(6)));
        }
      }
      case "lane" -> {
        LaneRecord lane =
            play.session(sessions.get(words.get(1))).getLanesList().stream()
                .filter(found -> found.getHost().equals(play.text(words.get(2))))
                .findFirst()
                .orElseThrow();
        assertEquals(Long.parseLong(words.get(4)), lane.getCap(), line);
        assertEquals(Long.parseLong(words.get(6)), lane.getSettledNumber(), line);
        assertEquals(Long.parseLong(words.get(8)), lane.getSettledSum(), line);
      }
      case "balance" ->
          assertEquals(
              Long.parseLong(words.get(2)),
              Scenario.WEALTH.nanoCoins() - scenario.balance(words.get(1)).nanoCoins(),
              line);
      default -> throw new AssertionError("no such line: " + line);
    }
  }
}
