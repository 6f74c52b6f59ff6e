package exacta.consensus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventQueryTest {
  private static final Map<String, List<String>> PAYMENT =
      Map.of(
          "tm.event", List.of("Tx"),
          "tx.height", List.of("12"),
          "transfer.recipient", List.of("ann", "bob"),
          "transfer.amount", List.of("1000ngonka"),
          "message.note", List.of("this AND that"));

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "tm.event='Tx'; true",
        "tm.event = 'Tx'; true",
        "tm.event='NewBlock'; false",
        "tm.event='Tx' AND tx.height=12; true",
        "tm.event='Tx' AND tx.height='12'; true",
        "tm.event='Tx' AND tx.height=13; false",
        "tx.height>11 AND tx.height<13; true",
        "tx.height>=12 AND tx.height<=12; true",
        "tx.height>12; false",
        "tx.height>9; true", // as numbers, not as texts
        "transfer.recipient='bob'; true",
        "transfer.recipient='ann' AND transfer.recipient='bob'; true",
        "transfer.recipient='eve'; false",
        "transfer.recipient CONTAINS 'o'; true",
        "transfer.recipient CONTAINS 'x'; false",
        "transfer.recipient EXISTS; true",
        "transfer.sender EXISTS; false",
        "transfer.amount>=1000; true",
        "transfer.amount>1000.5; false",
        "transfer.recipient>5; false",
        "message.note='this AND that'; true",
        "message.note='this AND that' AND tx.height=12; true"
      })
  void choosesAsCometBftDoes(String query, boolean expected) throws RpcException {
    assertEquals(expected, EventQuery.parse(query).matches(PAYMENT));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "tm.event",
        "tm.event=",
        "tm.event=Tx",
        "tm.event='Tx",
        "tm.event='Tx' AND",
        "tm.event='Tx' AND ",
        "tm.event='Tx' OR tx.height=1",
        "tm.event='Tx'tx.height=1",
        "tm.event='Tx' tx.height=1",
        "AND tm.event='Tx'",
        "tx.height=99999999999999999999999999",
        "tx.time>TIME 2026-01-01T00:00:00Z",
        "='Tx'"
      })
  void refusesWhatIsNoQuery(String text) {
    RpcException refused = assertThrows(RpcException.class, () -> EventQuery.parse(text));
    assertTrue(
        refused.getMessage().startsWith("failed to parse query: offset "), refused::getMessage);
  }

  @Test
  void boundsItsLength() throws RpcException {
    String longest = "a.b='" + "x".repeat(EventQuery.LENGTH_MAX - 6) + "'";
    assertEquals(1, EventQuery.parse(longest).conditions().size());
    assertEquals(
        "maximum query length exceeded",
        assertThrows(RpcException.class, () -> EventQuery.parse(longest + " ")).getMessage());
  }
}
