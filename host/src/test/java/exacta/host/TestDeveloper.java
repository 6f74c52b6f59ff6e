package exacta.host;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import exacta.crypto.Address;
import exacta.crypto.PrivateKey;
import exacta.primitives.Hasher;
import exacta.protocol.AnswerStream;
import exacta.protocol.Frames;
import exacta.protocol.Orders;
import exacta.protocol.Requests;
import exacta.protocol.Signing;
import exacta.protocol.Tokens;
import exacta.protocol.Wire;
import exacta.protocol.v1.InferenceRequest;
import exacta.protocol.v1.Order;
import exacta.protocol.v1.OrderSubmission;
import exacta.protocol.v1.Refusal;
import exacta.protocol.v1.SamplingParameters;
import exacta.protocol.v1.Signed;
import exacta.protocol.v1.StreamFrame;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Orders from hosts over HTTP, with a session's key. */
final class TestDeveloper {
  /** What came back on an order. */
  record Answer(int status, List<StreamFrame> frames, Optional<Refusal> refusal) {
    int[] tokens() {
      return Tokens.ints(
          frames.stream().flatMap(frame -> frame.getTokens().getTokensList().stream()).toList());
    }

    float[] logProbabilities() {
      return Tokens.floats(
          frames.stream()
              .flatMap(frame -> frame.getTokens().getLogProbabilitiesList().stream())
              .toList());
    }

    /** What the frames say, as receipts bind it. */
    AnswerStream stream(int likeliest) {
      AnswerStream stream = new AnswerStream(likeliest > 0);
      for (StreamFrame frame : frames) {
        exacta.protocol.v1.Tokens part = frame.getTokens();
        for (int i = 0; i < part.getTokensCount(); i++) {
          int from = i * likeliest;
          int to = from + likeliest;
          stream.add(
              part.getTokens(i),
              part.getLogProbabilities(i),
              Tokens.ints(part.getLikeliestList().subList(from, to)),
              Tokens.floats(part.getLikeliestLogProbabilitiesList().subList(from, to)));
        }
      }
      return stream;
    }

    List<Signed> receipts() {
      return frames.stream().filter(StreamFrame::hasReceipt).map(StreamFrame::getReceipt).toList();
    }

    String code() {
      return refusal.map(Refusal::getCode).orElse("accepted");
    }
  }

  final PrivateKey key;
  final ByteString session;
  final HttpClient http = HttpClient.newHttpClient();
  private final TestMachine machine;

  TestDeveloper(TestMachine machine, String name) {
    this.machine = machine;
    key = TestMachine.key(name);
    session = Wire.bytes(Hasher.of("test-session").text(name).finish());
  }

  InferenceRequest request(int maxTokens) {
    return InferenceRequest.newBuilder()
        .setModel(machine.ask().getModel())
        .addAllPrompt(List.of(40, 41, 42, 43, 44))
        .setParameters(
            SamplingParameters.newBuilder()
                .setMaxTokens(maxTokens)
                .setTemperature(0.8f)
                .setTopK(40)
                .setTopP(0.95f))
        .setSeed(Wire.bytes(Hasher.of("test-seed").integer(maxTokens).finish()))
        .build();
  }

  /** An order that fits the request; tests change it. */
  Order.Builder order(Address host, long number, InferenceRequest request, int... had) {
    return Order.newBuilder()
        .setChainId(TestChain.CHAIN_ID)
        .setSession(session)
        .setHost(Wire.bytes(host))
        .setNumber(number)
        .setModel(request.getModel())
        .setRequestHash(Wire.bytes(Requests.hash(request)))
        .setPromptCount(request.getPromptCount() + had.length)
        .setMaxTokens(request.getParameters().getMaxTokens() - had.length)
        .setInputPrice(TestMachine.INPUT_PRICE)
        .setOutputPrice(TestMachine.OUTPUT_PRICE)
        .setHadCount(had.length)
        .setHadHash(Wire.bytes(Orders.hadHash(had)));
  }

  OrderSubmission submission(Order order, InferenceRequest request, int... had) {
    return submission(order, request, key, had);
  }

  static OrderSubmission submission(
      Order order, InferenceRequest request, PrivateKey signer, int... had) {
    return OrderSubmission.newBuilder()
        .setOrder(Signing.sign(Orders.TAG, order.toByteArray(), signer))
        .setRequest(request)
        .addAllHad(Tokens.list(had))
        .build();
  }

  Answer post(int port, OrderSubmission submission) throws IOException, InterruptedException {
    HttpResponse<InputStream> response = open(port, "/v1/order", submission);
    try (InputStream in = response.body()) {
      if (response.statusCode() != 200) {
        return new Answer(
            response.statusCode(), List.of(), Optional.of(Refusal.parseFrom(in.readAllBytes())));
      }
      List<StreamFrame> frames = new ArrayList<>();
      Optional<StreamFrame> frame;
      while ((frame = Frames.read(in, 1 << 20)).isPresent()) {
        frames.add(frame.get());
      }
      return new Answer(200, frames, Optional.empty());
    }
  }

  HttpResponse<InputStream> open(int port, String path, Message body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .header("Content-Type", Body.CONTENT_TYPE)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray()))
            .build();
    return http.send(request, HttpResponse.BodyHandlers.ofInputStream());
  }

  /** Orders and waits for the whole answer. */
  Answer ask(Host host, long number, long acknowledged, int maxTokens)
      throws IOException, InterruptedException {
    return ask(host, number, acknowledged, request(maxTokens));
  }

  Answer ask(Host host, long number, long acknowledged, InferenceRequest request)
      throws IOException, InterruptedException {
    Order order = order(host.address(), number, request).setAcknowledged(acknowledged).build();
    return post(host.port(), submission(order, request));
  }

  /** The same request, with a wish to be told the likeliest tokens. */
  static InferenceRequest telling(InferenceRequest request, int likeliest) {
    return request.toBuilder()
        .setParameters(request.getParameters().toBuilder().setLikeliest(likeliest))
        .build();
  }
}
