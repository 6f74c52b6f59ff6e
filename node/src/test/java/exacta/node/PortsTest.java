package exacta.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.primitives.ExactaException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PortsTest {
  @Test
  void oneBaseMovesAllPorts() {
    Ports ports = Ports.from(20_000, 4);
    assertEquals(20_000, ports.gateway());
    assertEquals(20_001, ports.rpc());
    assertEquals(List.of(20_010, 20_011, 20_012, 20_013), ports.hosts());
    assertEquals("http://127.0.0.1:20012", ports.hostUri(2).toString());
  }

  @Test
  void refusesPortsThatNeedPrivilegesOrDoNotExist() {
    assertThrows(ExactaException.class, () -> Ports.from(1023, 4));
    assertThrows(ExactaException.class, () -> Ports.from(65_530, 4));
  }

  @Test
  void aTakenPortIsNamedWithTheFlagThatMovesIt() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      ExactaException e =
          assertThrows(
              ExactaException.class, () -> Ports.checkFree(port, "a host's", "--port-base"));
      assertTrue(e.getMessage().contains("port " + port), e.getMessage());
      assertTrue(e.getMessage().contains("--port-base"), e.getMessage());
    }
  }
}
