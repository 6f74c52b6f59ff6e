package exacta.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.InvalidProtocolBufferException;
import exacta.protocol.Fetches;
import exacta.protocol.Signing;
import exacta.protocol.v1.InferenceRequest;
import exacta.protocol.v1.OrderSubmission;
import exacta.protocol.v1.Refusal;
import exacta.protocol.v1.SprintFetch;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever is sent to a host's port, it answers with a refusal and goes on. */
class HostileInputPropertyTest {
  private static final long SEED = 20260117;
  private static final int ROUNDS = 150;
  private static final List<String> PATHS =
      List.of("/v1/order", "/v1/receipt", "/v1/audit/sprint", "/v1/audit/receipt");

  @TempDir Path home;
  private TestMachine machine;
  private Host host;
  private TestDeveloper developer;

  @BeforeEach
  void start() {
    machine = new TestMachine(home);
    host = machine.start("alice");
    developer = new TestDeveloper(machine, "dev");
    machine.chain.session(
        developer.session, developer.key.publicKey(), 5, host.address(), 1_000_000);
  }

  @AfterEach
  void stop() throws Exception {
    TestDeveloper fresh = new TestDeveloper(machine, "fresh");
    machine.chain.session(fresh.session, fresh.key.publicKey(), 5, host.address(), 1000);
    assertEquals(2, fresh.ask(host, 1, 0, 2).tokens().length, "the host still sells");
    host.close();
    machine.close();
  }

  private HttpResponse<byte[]> post(String path, String type, byte[] body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + host.port() + path))
            .header("Content-Type", type)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    return developer.http.send(request, HttpResponse.BodyHandlers.ofByteArray());
  }

  private static String code(HttpResponse<byte[]> response) throws InvalidProtocolBufferException {
    assertTrue(response.statusCode() >= 400 && response.statusCode() < 500);
    return Refusal.parseFrom(response.body()).getCode();
  }

  @Test
  void refusesRandomBytesAtEveryPath() throws Exception {
    Random random = new Random(SEED);
    for (int round = 0; round < ROUNDS; round++) {
      byte[] body = new byte[random.nextInt(200)];
      random.nextBytes(body);
      String path = PATHS.get(random.nextInt(PATHS.size()));
      assertEquals("malformed", code(post(path, Body.CONTENT_TYPE, body)), "seed " + SEED);
    }
  }

  @Test
  void refusesMutatedMessages() throws Exception {
    Random random = new Random(SEED);
    InferenceRequest request = developer.request(2);
    OrderSubmission order =
        developer.submission(developer.order(host.address(), 1, request).build(), request);
    SprintFetch fetch =
        SprintFetch.newBuilder()
            .setChainId(TestChain.CHAIN_ID)
            .setRequester(developer.key.address().toString())
            .setHost(host.address().toString())
            .setSprint(1)
            .addItems(0)
            .build();
    byte[] signed = Signing.sign(Fetches.TAG, fetch.toByteArray(), developer.key).toByteArray();
    for (int round = 0; round < ROUNDS; round++) {
      boolean isOrder = random.nextBoolean();
      byte[] body = mutate(random, isOrder ? order.toByteArray() : signed);
      String path = isOrder ? "/v1/order" : PATHS.get(random.nextInt(PATHS.size()));
      HttpResponse<byte[]> response = post(path, Body.CONTENT_TYPE, body);
      assertTrue(response.statusCode() < 500, "seed " + SEED + ", round " + round);
      if (response.statusCode() != 200) {
        code(response);
      }
    }
  }

  private static byte[] mutate(Random random, byte[] body) {
    byte[] mutated =
        random.nextInt(4) == 0 ? Arrays.copyOf(body, random.nextInt(body.length)) : body.clone();
    for (int i = 0; mutated.length > 0 && i <= random.nextInt(3); i++) {
      mutated[random.nextInt(mutated.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return mutated;
  }

  @Test
  void refusesWrongContentAndUnknownPaths() throws Exception {
    assertEquals("wrong_content", code(post("/v1/order", "application/json", new byte[] {'{'})));
    assertEquals("not_found", code(post("/v1/orders", Body.CONTENT_TYPE, new byte[0])));
    assertEquals("not_found", code(post("/v1/status", Body.CONTENT_TYPE, new byte[0])));
    HttpRequest card =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + host.port() + "/v1/card/zz"))
            .build();
    assertEquals(
        "model_unknown", code(developer.http.send(card, HttpResponse.BodyHandlers.ofByteArray())));
  }

  @Test
  void refusesLargeBodies() throws Exception {
    HttpResponse<byte[]> response = post("/v1/order", Body.CONTENT_TYPE, new byte[50 << 20]);
    assertEquals(413, response.statusCode());
    assertEquals("too_large", code(response));
  }

  @Test
  void survivesHalfRequests() throws Exception {
    Random random = new Random(SEED);
    for (int round = 0; round < 20; round++) {
      String head =
          "POST /v1/order HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nContent-Length: 1000\r\n\r\n"
              .formatted(Body.CONTENT_TYPE);
      byte[] bytes = (head + "0123456789").getBytes(StandardCharsets.US_ASCII);
      send(Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length)));
    }
    for (String size : List.of("zz", "fffffffffffffff", "-1", "5")) {
      send(
          "POST /v1/order HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n%s\r\nabc"
              .formatted(size)
              .getBytes(StandardCharsets.US_ASCII));
    }
    byte[] noise = new byte[500];
    random.nextBytes(noise);
    send(noise);
  }

  /** Sends the bytes and nothing more; reads what comes back until the host hangs up. */
  private void send(byte[] bytes) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", host.port())) {
      OutputStream out = socket.getOutputStream();
      out.write(bytes);
      out.flush();
      socket.shutdownOutput();
      try (InputStream in = socket.getInputStream()) {
        in.readAllBytes();
      } catch (IOException e) {
        assertTrue(e.getMessage().contains("reset"), e.getMessage());
      }
    }
  }
}
