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

  private static String id(String digits) {
    return digits.repeat(20);
  }

  private void answerStatus(String id, String listens) {
    answers.put(
        "/status",
        """
        {"result": {"node_info": {"id": "%s", "listen_addr": "%s"},
         "sync_info": {"latest_block_height": "7"}}}
        """
            .formatted(id, listens));
  }

  @Test
  void nodesAreTheServerAndItsPeers() {
    answerStatus(id("aa"), "tcp://0.0.0.0:26656");
    answers.put(
        "/net_info",
        """
        {"result": {"peers": [
          {"node_info": {"id": "%s", "listen_addr": "10.0.0.2:1000"}, "remote_ip": "10.0.0.9"},
          {"node_info": {"id": "%s", "listen_addr": "tcp://0.0.0.0:2000"}, "remote_ip": "10.0.0.3"}
        ]}}
        """
            .formatted(id("bb"), id("cc")));
    assertEquals(7, rpc.height());
    assertEquals(
        Map.of(id("aa"), "127.0.0.1:26656", id("bb"), "10.0.0.2:1000", id("cc"), "10.0.0.3:2000"),
        rpc.nodes());
  }

  @Test
  void namesAndAddressesThatWouldBeSettingsAreRefused() {
    answers.put("/net_info", "{\"result\": {\"peers\": []}}");
    String[][] wrong = {
      {"aa", "1.2.3.4:5"},
      {id("AA"), "1.2.3.4:5"},
      {id("aa"), "1.2.3.4:5\\\"\\nunsafe = true"},
      {id("aa"), "1.2.3.4:5,bb@1.2.3.4"},
    };
    for (String[] node : wrong) {
      answerStatus(node[0], node[1]);
      String message = assertThrows(ExactaException.class, () -> rpc.nodes()).getMessage();
      assertTrue(message.contains("cannot be"), message);
    }
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
