package exacta.dashboard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.primitives.Amount;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class StateJsonTest {
  private final FakeChain chain = new FakeChain();

  private JsonNode state(List<RequestLine> feed) {
    ChainSnapshot snapshot = new ChainReader(chain).read();
    return StateJson.of(new Reading(Optional.of(snapshot), 7, Optional.empty()), feed);
  }

  @Test
  void saysWhereTheChainIs() {
    JsonNode state = state(List.of());
    assertTrue(state.get("answers").asBoolean());
    assertEquals("exacta-test", state.get("chain").asString());
    assertEquals(1094, state.get("height").asLong());
    assertEquals(9, state.at("/epoch/number").asLong());
    assertEquals(14, state.at("/epoch/block").asLong());
    assertEquals(120, state.at("/epoch/blocks").asLong());
  }

  @Test
  void theLastBlockOfAnEpochFillsItsBar() {
    chain.height = 1080;
    assertEquals(120, state(List.of()).at("/epoch/block").asLong());
    chain.height = 0;
    assertEquals(0, state(List.of()).at("/epoch/block").asLong());
  }

  @Test
  void theWindowsOfASprintFollowEachOther() {
    JsonNode windows = state(List.of()).at("/sprint/windows");
    List<String> lines = new ArrayList<>();
    for (JsonNode window : windows) {
      lines.add(
          "%s %d-%d"
              .formatted(
                  window.get("name").asString(),
                  window.get("from").asLong(),
                  window.get("to").asLong()));
    }
    assertEquals(
        List.of(
            "notice 1085-1086",
            "compute 1087-1098",
            "commit 1099-1101",
            "draw 1102-1102",
            "audit 1103-1114",
            "answer 1115-1122",
            "dispute 1123-1130",
            "verdict 1131-1134"),
        lines);
  }

  @Test
  void aSettlementBeginsWithItsAuditEpoch() {
    JsonNode settlement = state(List.of()).get("settlement");
    assertEquals(8, settlement.get("epoch").asLong());
    assertEquals(1081, settlement.at("/windows/0/from").asLong());
    assertEquals(1092, settlement.at("/windows/0/to").asLong());
    assertEquals("gonka1b", settlement.at("/entries/0/duties/0/auditor").asString());
  }

  @Test
  void dutiesSayWhoOwesWhat() {
    JsonNode entry = state(List.of()).at("/sprint/entries/0");
    assertEquals(40, entry.get("claimed").asLong());
    assertEquals(30, entry.get("bounded").asLong());
    assertEquals("none", entry.get("result").asString());
    assertEquals(2, entry.at("/duties/0/samples").asInt());
    assertTrue(entry.at("/duties/0/attested").asBoolean());
  }

  @Test
  void amountsAreExactHoweverLarge() {
    JsonNode state = state(List.of());
    assertEquals("9223372036854775807", state.at("/hosts/0/earned").asString());
    assertEquals("18446744073709551615", state.at("/supply/minted").asString());
    assertTrue(state.at("/hosts/0/earned").isString());
  }

  @Test
  void sumsWhatWasPaidByRole() {
    JsonNode fees = state(List.of()).at("/paid/fees");
    assertEquals(7, state(List.of()).at("/paid/epoch").asLong());
    assertEquals("-100", fees.get("developer").asString());
    assertEquals("5", fees.get("auditor").asString());
  }

  @Test
  void hostsComeByWeight() {
    assertEquals("gonka1b", state(List.of()).at("/hosts/0/address").asString());
  }

  @Test
  void largeNetworksAreCutAndSaySo() {
    chain.hosts = IntStream.range(0, 1000).mapToObj(i -> FakeChain.host("gonka1x" + i, i)).toList();
    List<RequestLine> feed = Collections.nCopies(500, line(1, RequestLine.State.RUNNING, 0));
    JsonNode state = state(feed);
    assertEquals(StateJson.HOSTS_MAX, state.get("hosts").size());
    assertEquals(1000, state.get("hostCount").asInt());
    assertEquals(StateJson.REQUESTS_MAX, state.get("requests").size());
  }

  @Test
  void strangersTextsAreCut() {
    RequestLine line =
        new RequestLine(
            0,
            "m".repeat(10_000),
            "gonka1a",
            "ab",
            1,
            1,
            1,
            Amount.ZERO,
            RequestLine.State.RUNNING);
    String model = state(List.of(line)).at("/requests/0/model").asString();
    assertEquals(StateJson.TEXT_LENGTH_MAX, model.length());
  }

  @Test
  void aChainThatNeverAnsweredIsAProblemAndNothingElse() {
    JsonNode state = StateJson.of(Reading.NONE.withProblem("connection refused"), List.of());
    assertFalse(state.get("answers").asBoolean());
    assertEquals("connection refused", state.get("problem").asString());
    assertFalse(state.has("height"));
    assertFalse(state.has("staleSinceMillis"));
  }

  static RequestLine line(long order, RequestLine.State state, long cost) {
    return new RequestLine(
        1_000, "tiny", "gonka1a", "ab".repeat(32), order, 10, 20, Amount.ofNano(cost), state);
  }
}
