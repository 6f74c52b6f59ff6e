package exacta.host;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.crypto.Address;
import exacta.engine.AnswerRequest;
import exacta.engine.Generation;
import exacta.primitives.Hasher;
import exacta.protocol.Orders;
import exacta.protocol.Receipts;
import exacta.protocol.Signing;
import exacta.protocol.Wire;
import exacta.protocol.v1.AnswerEnd;
import exacta.protocol.v1.InferenceRequest;
import exacta.protocol.v1.Order;
import exacta.protocol.v1.OrderSubmission;
import exacta.protocol.v1.Receipt;
import exacta.protocol.v1.Signed;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrderIntegrationTest {
  private static final long CAP = 10_000;

  @TempDir Path home;
  private TestMachine machine;
  private Host host;
  private TestDeveloper developer;

  @BeforeEach
  void start() {
    machine = new TestMachine(home);
    host = machine.start("alice");
    developer = new TestDeveloper(machine, "dev");
    machine.chain.session(developer.session, developer.key.publicKey(), 5, host.address(), CAP);
  }

  @AfterEach
  void stop() {
    host.close();
    machine.close();
  }

  @Test
  void streamsAnAnswerAndBindsItInReceipts() throws Exception {
    TestDeveloper.Answer answer = developer.ask(host, 1, 0, 20);
    int[] tokens = answer.tokens();
    assertEquals(20, tokens.length);
    List<Signed> receipts = answer.receipts();
    assertEquals(3, receipts.size(), "after 8 and 16 tokens, and at the end");
    Receipt partial = Receipts.parse(receipts.getFirst()).orElseThrow();
    assertEquals(8, partial.getCount());
    assertEquals(AnswerEnd.ANSWER_END_CUT, partial.getEnd());
    assertTrue(Signing.isBy(Receipts.TAG, receipts.getLast(), host.address()));
    Receipt last = Receipts.parse(receipts.getLast()).orElseThrow();
    assertEquals(20, last.getCount());
    assertEquals(AnswerEnd.ANSWER_END_LENGTH, last.getEnd());
    assertEquals(5 + 3 * 20, last.getCost());
    assertEquals(
        Wire.bytes(Receipts.streamHash(tokens, answer.logProbabilities(), last.getEnd())),
        last.getStreamHash());
  }

  @Test
  void tellsTheLikeliestTokensAndBindsThemInTheSameReceipts() throws Exception {
    InferenceRequest plain = developer.request(20);
    int[] tokens = developer.ask(host, 1, 0, plain).tokens();
    TestDeveloper.Answer answer = developer.ask(host, 2, 65, TestDeveloper.telling(plain, 4));
    assertArrayEquals(tokens, answer.tokens(), "they are told of the same answer");
    for (Signed signed : answer.receipts()) {
      assertTrue(Signing.isBy(Receipts.TAG, signed, host.address()));
    }
    Receipt last = Receipts.parse(answer.receipts().getLast()).orElseThrow();
    assertEquals(Wire.bytes(answer.stream(4).hash(last.getEnd())), last.getStreamHash());
  }

  @Test
  void answersWhatTheEngineAnswers() throws Exception {
    InferenceRequest request = developer.request(12);
    AnswerRequest direct = RequestReader.read(request, new int[0]);
    Generation generation = Generation.begin(machine.model, direct);
    int[] expected = new int[12];
    int count = 0;
    while (count < 12) {
      if (generation.step() instanceof exacta.engine.Step.Produced produced) {
        expected[count++] = produced.token();
      }
    }
    TestDeveloper.Answer answer = developer.ask(host, 1, 0, 12);
    assertArrayEquals(expected, answer.tokens());
    Receipt last = Receipts.parse(answer.receipts().getLast()).orElseThrow();
    assertEquals(
        Wire.bytes(
            Receipts.digestCommitment(Wire.digest(last.getOrderHash()), 12, generation.digest())),
        last.getDigestCommitment());
  }

  @Test
  void continuesAtAnotherHostWithTheSameTokens() throws Exception {
    try (Host other = machine.start("bob")) {
      TestDeveloper second = new TestDeveloper(machine, "dev2");
      machine.chain.session(second.session, second.key.publicKey(), 5, other.address(), CAP);
      int[] whole = developer.ask(host, 1, 0, 24).tokens();
      InferenceRequest request = developer.request(24);
      long number = 0;
      long spent = 0;
      for (int cut : new int[] {1, 7, 8, 23}) {
        int[] had = Arrays.copyOf(whole, cut);
        Order order =
            second.order(other.address(), ++number, request, had).setAcknowledged(spent).build();
        TestDeveloper.Answer rest =
            second.post(other.port(), second.submission(order, request, had));
        assertArrayEquals(Arrays.copyOfRange(whole, cut, 24), rest.tokens(), "cut at " + cut);
        spent += Receipts.parse(rest.receipts().getLast()).orElseThrow().getCost();
      }
    }
  }

  @Test
  void goesOnAfterTheClientWent() throws Exception {
    InferenceRequest request = developer.request(300);
    Order order = developer.order(host.address(), 1, request).build();
    OrderSubmission submission = developer.submission(order, request);
    HttpResponse<InputStream> response = developer.open(host.port(), "/v1/order", submission);
    response.body().readNBytes(40);
    response.body().close(); // drops the connection
    Signed receipt = lastReceipt(submission.getOrder());
    Receipt body = Receipts.parse(receipt).orElseThrow();
    assertTrue(body.getCount() > 0 && body.getCount() <= 300);
    // The next order pays for it.
    InferenceRequest next = developer.request(2);
    Order second = developer.order(host.address(), 2, next).setAcknowledged(body.getCost()).build();
    assertEquals(200, developer.post(host.port(), developer.submission(second, next)).status());
  }

  /** Asks until the order has ended. */
  private Signed lastReceipt(Signed order) throws Exception {
    while (true) {
      HttpResponse<InputStream> response = developer.open(host.port(), "/v1/receipt", order);
      byte[] body = response.body().readAllBytes();
      if (response.statusCode() == 200) {
        return Signed.parseFrom(body);
      }
      assertEquals(409, response.statusCode(), "the order still runs");
    }
  }

  @Test
  void refusesWhatIsNotItsToAnswer() throws Exception {
    InferenceRequest request = developer.request(4);
    Address me = host.address();
    assertEquals("wrong_chain", code(base(request).setChainId("other"), request));
    assertEquals(
        "wrong_host",
        code(base(request).setHost(Wire.bytes(TestMachine.key("x").address())), request));
    assertEquals(
        "session_unknown",
        code(base(request).setSession(Wire.bytes(Hasher.of("none").finish())), request));
    OrderSubmission stolen =
        TestDeveloper.submission(base(request).build(), request, TestMachine.key("thief"));
    assertEquals("bad_signature", developer.post(host.port(), stolen).code());
    assertEquals("price_too_low", code(base(request).setOutputPrice(1), request));
    assertEquals("wrong_request", code(base(request), developer.request(5)));
    InferenceRequest foreign =
        request.toBuilder().setModel(Wire.bytes(Hasher.of("model").finish())).build();
    assertEquals("model_unknown", code(developer.order(me, 1, foreign), foreign));
    InferenceRequest longer = developer.request(2000);
    assertEquals("too_long", code(developer.order(me, 1, longer), longer));
    InferenceRequest hot = edit(request, 1e9f);
    assertEquals("bad_parameters", code(developer.order(me, 1, hot), hot));
    InferenceRequest strange = request.toBuilder().addPrompt(1 << 20).build();
    assertEquals("bad_parameters", code(developer.order(me, 1, strange), strange));
    assertEquals("malformed", code(base(request).setNumber(0), request));
  }

  private static InferenceRequest edit(InferenceRequest request, float temperature) {
    return request.toBuilder()
        .setParameters(request.getParameters().toBuilder().setTemperature(temperature))
        .build();
  }

  @Test
  void refusesWhatDoesNotFitTheLane() throws Exception {
    InferenceRequest request = developer.request(4);
    TestDeveloper.Answer first = developer.ask(host, 1, 0, 4);
    long cost = Receipts.parse(first.receipts().getLast()).orElseThrow().getCost();
    assertEquals("replayed", code(base(request), request));
    assertEquals("forgets_receipt", code(base(request).setNumber(2), request));
    assertEquals("out_of_order", code(base(request).setNumber(3).setAcknowledged(cost), request));
    assertEquals(
        "too_many_open",
        code(base(request).setNumber(7).addAllOpen(List.of(2L, 3L, 4L, 5L, 6L)), request));
    assertEquals(
        "lane_exhausted", code(base(request).setNumber(2).setAcknowledged(CAP - 1), request));
    // Order 2 got lost on its way: order 3 says so, and goes on.
    assertEquals(
        "accepted", code(base(request).setNumber(3).setAcknowledged(cost).addOpen(2), request));
    assertEquals("replayed", code(base(request).setNumber(2).setAcknowledged(cost), request));
  }

  @Test
  void seesThatALaneWasToppedUp() throws Exception {
    machine.chain.session(developer.session, developer.key.publicKey(), 5, host.address(), 10);
    InferenceRequest request = developer.request(4);
    assertEquals("lane_exhausted", code(base(request), request));
    machine.chain.session(developer.session, developer.key.publicKey(), 5, host.address(), CAP);
    machine.chain.height(2);
    String code;
    do {
      code = code(base(request), request); // until the host has seen the block
    } while (code.equals("lane_exhausted"));
    assertEquals("accepted", code);
  }

  @Test
  void refusesOnceTheSessionEnded() throws Exception {
    InferenceRequest request = developer.request(4);
    machine.chain.height(130); // in epoch 1
    try (Host late = machine.start("late")) {
      machine.chain.session(developer.session, developer.key.publicKey(), 1, host.address(), CAP);
      Order.Builder order = developer.order(late.address(), 1, request);
      OrderSubmission submission = developer.submission(order.build(), request);
      assertEquals("lane_unknown", developer.post(late.port(), submission).code());
      machine.chain.session(developer.session, developer.key.publicKey(), 0, late.address(), CAP);
      try (Host later = machine.start("later")) {
        Order toLater = order.setHost(Wire.bytes(later.address())).build();
        assertEquals(
            "session_ended",
            developer.post(later.port(), developer.submission(toLater, request)).code());
      }
    }
  }

  @Test
  void refusesWhatDoesNotFitItsQueue() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    AnswerWork slow =
        (request, _) -> {
          await(gate);
          return Generation.begin(machine.model, request);
        };
    InferenceRequest request = developer.request(4);
    try (Host busy = machine.start("busy", slow)) {
      machine.chain.session(developer.session, developer.key.publicKey(), 5, busy.address(), CAP);
      List<CompletableFuture<TestDeveloper.Answer>> accepted = new ArrayList<>();
      List<Long> open = new ArrayList<>();
      try {
        for (long number = 1; number <= 3; number++) {
          Order order = developer.order(busy.address(), number, request).addAllOpen(open).build();
          OrderSubmission submission = developer.submission(order, request);
          accepted.add(later(busy.port(), submission));
          open.add(number);
          awaitAdmission(busy.port(), submission.getOrder());
        }
        Order fourth = developer.order(busy.address(), 4, request).addAllOpen(open).build();
        OrderSubmission submission = developer.submission(fourth, request);
        assertEquals("busy", developer.post(busy.port(), submission).code());
      } finally {
        gate.countDown();
      }
      for (CompletableFuture<TestDeveloper.Answer> answer : accepted) {
        assertEquals(200, answer.join().status());
      }
    }
  }

  private CompletableFuture<TestDeveloper.Answer> later(int port, OrderSubmission submission) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return developer.post(port, submission);
          } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
          }
        },
        task -> Thread.ofVirtual().start(task));
  }

  /** Until the order is in the book. */
  private void awaitAdmission(int port, Signed order) throws Exception {
    HttpResponse<InputStream> response;
    do {
      response = developer.open(port, "/v1/receipt", order);
      response.body().close();
    } while (response.statusCode() != 409);
  }

  private static void await(CountDownLatch gate) {
    try {
      gate.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private Order.Builder base(InferenceRequest request) {
    return developer.order(host.address(), 1, request);
  }

  private String code(Order.Builder order, InferenceRequest request) throws Exception {
    return developer.post(host.port(), developer.submission(order.build(), request)).code();
  }

  @Test
  void hasReceiptsForWhatItAnsweredAfterARestart() throws Exception {
    TestDeveloper.Answer answer = developer.ask(host, 1, 0, 10);
    Signed last = answer.receipts().getLast();
    host.close();
    host = machine.start("alice");
    InferenceRequest request = developer.request(10);
    Order order = base(request).build();
    Signed signed = Signing.sign(Orders.TAG, order.toByteArray(), developer.key);
    assertEquals(last, lastReceipt(signed));
    assertEquals("replayed", code(base(request), request));
  }
}
