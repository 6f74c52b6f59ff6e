package exacta.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import exacta.ledger.Parameters;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whom a node takes as a peer, by where others reach it. */
class CometSettingsTest {
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:26656, 127.0.0.1:26656, true, false, false",
    "localhost:26656, localhost:26656, true, false, false",
    "[::1]:26656, [::1]:26656, true, false, false",
    "10.1.2.3:26656, 10.1.2.3:26656, false, false, true",
    "192.168.1.2:26656, 192.168.1.2:26656, false, false, true",
    "203.0.113.5:26656, 203.0.113.5:26656, false, true, true",
    "node.example:26656, node.example:26656, false, true, true",
    "0.0.0.0:26656, '', false, true, true"
  })
  void peersAreFoundWhereNotAllAreKnown(
      String peer, String external, boolean isShared, boolean isStrict, boolean finds) {
    String text =
        new CometSettings(
                "a test",
                "unix://app.sock",
                "node",
                "127.0.0.1:26657",
                peer,
                List.of(),
                Parameters.oneMachine(),
                Optional.empty())
            .text();
    String section =
        text.substring(text.indexOf("[p2p]"), text.indexOf("[mempool]"))
            .lines()
            .filter(line -> !line.isBlank())
            .collect(Collectors.joining("\n"));
    assertEquals(
        """
        [p2p]
        laddr = "tcp://%s"
        external_address = "%s"
        persistent_peers = ""
        allow_duplicate_ip = %b
        addr_book_strict = %b
        pex = %b\
        """
            .formatted(peer, external, isShared, isStrict, finds),
        section);
  }
}
