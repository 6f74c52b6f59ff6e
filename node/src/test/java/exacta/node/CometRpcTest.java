package exacta.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import exacta.primitives.ExactaException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is asked of a CometBFT that is joined, answered in its own words. */
final class CometRpcTest {
  private final Map<String, String> answers = new TreeMap<>();
  private HttpServer server;
  private CometRpc rpc;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body =
              answers
                  .getOrDefault(
                      exchange.getRequestURI().toString(), "{\"error\": {\"data\": \"none\"}}")
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    rpc = new CometRpc(URI.create("http://127.0.0.1:" + server.getAddress().getPort()));
  }

  @AfterEach
  void stop() {
    rpc.close();
    server.stop(0);
  }

  private static String chunk(int index, int total, byte[] data) {
    return "{\"result\": {\"chunk\": \"%d\", \"total\": \"%d\", \"data\": \"%s\"}}"
        .formatted(index, total, Base64.getEncoder().encodeToString(data));
  }

  @Test
  void aGenesisIsJoinedFromItsPieces() {
    answers.put("/genesis_chunked?chunk=0", chunk(0, 2, new byte[] {1, 2}));
    answers.put("/genesis_chunked?chunk=1", chunk(1, 2, new byte[] {3}));
    assertArrayEquals(new byte[] {1, 2, 3}, rpc.genesis());
  }

  @Test
  void nodesAreTheServerAndItsPeers() {
    answers.put(
        "/status",
        """
        {"result": {"node_info": {"id": "aa", "listen_addr": "tcp://0.0.0.0:26656"},
         "sync_info": {"latest_block_height": "7"}}}
        """);
    answers.put(
        "/net_info",
        """
        {"result": {"peers": [
          {"node_info": {"id": "bb", "listen_addr": "10.0.0.2:1000"}, "remote_ip": "10.0.0.9"},
          {"node_info": {"id": "cc", "listen_addr": "tcp://0.0.0.0:2000"}, "remote_ip": "10.0.0.3"}
        ]}}
        """);
    assertEquals(7, rpc.height());
    assertEquals(
        List.of("aa 127.0.0.1:26656", "bb 10.0.0.2:1000", "cc 10.0.0.3:2000"),
        rpc.nodes().entrySet().stream()
            .map(node -> node.getKey() + " " + node.getValue())
            .toList());
  }

  @Test
  void whatIsNoAnswerIsToldWithItsAddress() {
    for (String wrong : List.of("", "[]", "{}", "{\"result\": {}}", "{\"error\": {}}", "no json")) {
      answers.put("/status", wrong);
      String message = assertThrows(ExactaException.class, () -> rpc.height(), wrong).getMessage();
      assertTrue(message.contains(rpc.address().toString()), message);
    }
  }
}
