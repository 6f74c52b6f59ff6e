package exacta.gateway;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import exacta.crypto.Address;
import exacta.crypto.PrivateKey;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import exacta.protocol.AnswerStream;
import exacta.protocol.Orders;
import exacta.protocol.Receipts;
import exacta.protocol.Signing;
import exacta.protocol.v1.AnswerEnd;
import exacta.protocol.v1.Ask;
import exacta.protocol.v1.CardAnswer;
import exacta.protocol.v1.HostRecord;
import exacta.protocol.v1.InferenceRequest;
import exacta.protocol.v1.Order;
import exacta.protocol.v1.OrderSubmission;
import exacta.protocol.v1.Receipt;
import exacta.protocol.v1.Refusal;
import exacta.protocol.v1.Signed;
import exacta.protocol.v1.StreamFrame;
import exacta.protocol.v1.Tokens;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;

/** A host as its protocol has it, which keeps to a script and to the rules of its lane. */
final class ScriptedHost implements AutoCloseable {
  /** What the host does with orders. */
  sealed interface Script {
    /** Answers. */
    record Honest() implements Script {}

    /** The connection breaks after so many tokens. */
    record Breaks(int tokens) implements Script {}

    /** Nothing more comes after so many tokens. */
    record Stalls(int tokens) implements Script {}

    /** The answer is cut after so many tokens, with a receipt, and the stream ends well. */
    record Cuts(int tokens) implements Script {}

    /** Says no. */
    record Refuses(String code) implements Script {}

    /** Signs receipts about something else. */
    record Forges(UnaryOperator<Receipt.Builder> change) implements Script {}

    /** Signs receipts with another key. */
    record SignsWrongly() implements Script {}

    /** Sends other tokens than it may. */
    record Sends(UnaryOperator<Tokens.Builder> change) implements Script {}

    /** Repeats its first tokens until the gateway leaves; then signs a receipt nobody gets. */
    record Drips() implements Script {}

    /** Sends bytes that are no frames. */
    record Garbles() implements Script {}
  }

  private static final int TOKENS_PER_FRAME = 3;
  private static final int FRAMES_PER_RECEIPT = 4;
  private static final long INPUT_PRICE = 1_000_000;
  private static final long OUTPUT_PRICE = 2_000_000;

  private final TestModel model;
  private final PrivateKey key;
  private final ServerSocket socket;
  private final TreeMap<Long, Long> given = new TreeMap<>();
  private final Map<Long, Signed> receipts = new ConcurrentHashMap<>();
  private final List<Order> orders = new CopyOnWriteArrayList<>();
  private final List<InferenceRequest> requests = new CopyOnWriteArrayList<>();
  private volatile Script script = new Script.Honest();
  private volatile UnaryOperator<CardAnswer.Builder> cardChange = UnaryOperator.identity();
  private volatile long priceFactor = 1;
  private volatile CountDownLatch stalled = new CountDownLatch(1);
  private volatile CountDownLatch left = new CountDownLatch(1);
  private long lastNumber;

  private ScriptedHost(TestModel model, PrivateKey key, ServerSocket socket) {
    this.model = model;
    this.key = key;
    this.socket = socket;
  }

  static ScriptedHost start(TestModel model, int seed) {
    try {
      byte[] secret = Hasher.of("test-host").integer(seed).finish().toBytes();
      ScriptedHost host =
          new ScriptedHost(
              model,
              PrivateKey.of(secret),
              new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
      Thread.ofVirtual().start(host::accept);
      return host;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Address address() {
    return key.address();
  }

  void script(Script next) {
    script = next;
    stalled = new CountDownLatch(1);
    left = new CountDownLatch(1);
  }

  void card(UnaryOperator<CardAnswer.Builder> change) {
    cardChange = change;
  }

  void priceFactor(long factor) {
    priceFactor = factor;
  }

  /** Opens when the script stalls. */
  CountDownLatch stalled() {
    return stalled;
  }

  /** Opens when a gateway has left a stream that stalled. */
  CountDownLatch left() {
    return left;
  }

  /** All orders that came, refused ones included. */
  List<Order> orders() {
    return orders;
  }

  /** What they were for. */
  List<InferenceRequest> requests() {
    return requests;
  }

  /** What the host gave by its receipts, and the last number. */
  synchronized long givenSum() {
    return given.values().stream().mapToLong(cost -> cost).sum();
  }

  synchronized long lastNumber() {
    return lastNumber;
  }

  HostRecord record(long weight) {
    return HostRecord.newBuilder()
        .setAddress(address().toString())
        .setUrl("http://127.0.0.1:" + socket.getLocalPort())
        .setRegistered(true)
        .setWeight(weight)
        .addAsks(
            Ask.newBuilder()
                .setModel(ByteString.copyFrom(model.root().toBytes()))
                .setInputPrice(INPUT_PRICE * priceFactor)
                .setOutputPrice(OUTPUT_PRICE * priceFactor)
                .setContextLength(1024))
        .build();
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket connection = socket.accept();
        Thread.ofVirtual().start(() -> serve(connection));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      DataInputStream in = new DataInputStream(connection.getInputStream());
      OutputStream out = connection.getOutputStream();
      for (String line = line(in); !line.isEmpty(); line = line(in)) {
        int length = 0;
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
          if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
            length = Integer.parseInt(header.substring(15).strip());
          }
        }
        byte[] body = in.readNBytes(length);
        if (line.startsWith("GET /v1/card/")) {
          send(out, "200 OK", card());
        } else if (line.startsWith("POST /v1/receipt")) {
          receipt(Signed.parseFrom(body), out);
        } else if (!order(OrderSubmission.parseFrom(body), connection, out)) {
          return;
        }
      }
    } catch (IOException e) {
      left.countDown(); // the gateway has gone
    }
  }

  private static String line(DataInputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      if (c != '\r') {
        line.write(c);
      }
    }
    return line.toString(StandardCharsets.US_ASCII);
  }

  private CardAnswer card() {
    CardAnswer.Builder answer =
        CardAnswer.newBuilder()
            .setCard(ByteString.copyFrom(model.card().bytes()))
            .setLeafCount(model.digest().identity().leafCount());
    model.digest().cardPath().forEach(d -> answer.addPath(ByteString.copyFrom(d.toBytes())));
    return cardChange.apply(answer).build();
  }

  private void receipt(Signed order, OutputStream out) throws IOException {
    Signed receipt = receipts.get(Orders.parse(order).orElseThrow().getNumber());
    if (receipt == null) {
      send(out, "404 Not Found", Refusal.newBuilder().setCode("not_found").build());
    } else {
      send(out, "200 OK", receipt);
    }
  }

  private static void send(OutputStream out, String status, MessageLite message)
      throws IOException {
    byte[] body = message.toByteArray();
    String head = "HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n".formatted(status, body.length);
    out.write(head.getBytes(StandardCharsets.US_ASCII));
    out.write(body);
    out.flush();
  }

  /** False if the connection is of no more use. */
  private boolean order(OrderSubmission submission, Socket connection, OutputStream out)
      throws IOException {
    Order order = Orders.parse(submission.getOrder()).orElseThrow();
    orders.add(order);
    requests.add(submission.getRequest());
    Optional<String> refusal =
        script instanceof Script.Refuses refuses
            ? Optional.of(refuses.code())
            : admit(order, submission);
    if (refusal.isPresent()) {
      send(out, "409 Conflict", Refusal.newBuilder().setCode(refusal.get()).build());
      return true;
    }
    out.write(
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            .getBytes(StandardCharsets.US_ASCII));
    boolean whole = answer(submission, order, connection, out);
    if (whole) {
      out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      out.flush();
    }
    return whole;
  }

  /** The rules of a lane, as a strict host has them. */
  private synchronized Optional<String> admit(Order order, OrderSubmission submission) {
    int[] had = exacta.protocol.Tokens.ints(submission.getHadList());
    Optional<String> mismatch = Orders.mismatch(order, submission.getRequest(), had);
    if (mismatch.isPresent()) {
      return Optional.of("wrong_request");
    }
    if (order.getNumber() <= lastNumber) {
      return Optional.of("replayed");
    }
    for (long number = lastNumber + 1; number < order.getNumber(); number++) {
      if (!order.getOpenList().contains(number)) {
        return Optional.of("out_of_order");
      }
    }
    long expected = 0;
    for (long number : given.keySet()) {
      expected += order.getOpenList().contains(number) ? 0 : given.get(number);
    }
    if (order.getAcknowledged() != expected) {
      return Optional.of("forgets_receipt");
    }
    lastNumber = order.getNumber();
    return Optional.empty();
  }

  private synchronized void give(Order order, long cost) {
    given.put(order.getNumber(), cost);
  }

  private boolean answer(
      OrderSubmission submission, Order order, Socket connection, OutputStream out)
      throws IOException {
    TestModel.Answer answer = model.answer(submission.getRequest());
    int had = submission.getHadCount();
    int likeliest = submission.getRequest().getParameters().getLikeliest();
    Digest32 hash = Signing.hash(Orders.TAG, submission.getOrder());
    int limit =
        switch (script) {
          case Script.Breaks breaks -> breaks.tokens();
          case Script.Stalls stalls -> stalls.tokens();
          case Script.Cuts cuts -> cuts.tokens();
          default -> Integer.MAX_VALUE;
        };
    int end = Math.min(answer.tokens().length, limit == Integer.MAX_VALUE ? limit : had + limit);
    if (script instanceof Script.Drips) {
      return drip(order, hash, answer, connection, out);
    }
    int frames = 0;
    for (int at = had; at < end; at += TOKENS_PER_FRAME) {
      int to = Math.min(end, at + TOKENS_PER_FRAME);
      frame(out, tokens(answer, at, to, likeliest));
      if (++frames % FRAMES_PER_RECEIPT == 0 && to < end) {
        frame(
            out,
            receipt(order, hash, stream(answer, had, to, likeliest), AnswerEnd.ANSWER_END_CUT));
      }
    }
    if (script instanceof Script.Breaks) {
      return false;
    }
    if (script instanceof Script.Stalls) {
      stalled.countDown();
      connection.getInputStream().read(); // until the gateway leaves
      left.countDown();
      return false;
    }
    AnswerEnd claimed = end < answer.tokens().length ? AnswerEnd.ANSWER_END_CUT : answer.end();
    frame(out, receipt(order, hash, stream(answer, had, end, likeliest), claimed));
    return true;
  }

  private boolean drip(
      Order order, Digest32 hash, TestModel.Answer answer, Socket connection, OutputStream out)
      throws IOException {
    connection.setSoTimeout(5);
    for (int i = 0; i < order.getMaxTokens() && !isLeft(connection); i++) {
      frame(out, tokens(answer, 0, 1, 0));
    }
    receipt(order, hash, stream(answer, 0, 1, 0), AnswerEnd.ANSWER_END_CUT);
    left.countDown();
    return false;
  }

  /** Waits a little for the end of the connection. */
  private static boolean isLeft(Socket connection) throws IOException {
    try {
      return connection.getInputStream().read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    }
  }

  private StreamFrame tokens(TestModel.Answer answer, int from, int to, int likeliest) {
    Tokens.Builder tokens = Tokens.newBuilder();
    for (int i = from; i < to; i++) {
      tokens.addTokens(answer.tokens()[i]).addLogProbabilities(answer.logProbabilities()[i]);
      for (int j = 0; j < likeliest; j++) {
        tokens.addLikeliest(TestModel.likely(i, j)).addLikeliestLogProbabilities(-j);
      }
    }
    if (script instanceof Script.Sends sends) {
      tokens = sends.change().apply(tokens);
    }
    return StreamFrame.newBuilder().setTokens(tokens).build();
  }

  private static AnswerStream stream(TestModel.Answer answer, int from, int to, int likeliest) {
    AnswerStream stream = new AnswerStream(likeliest > 0);
    for (int i = from; i < to; i++) {
      int[] tokens = new int[likeliest];
      float[] logs = new float[likeliest];
      for (int j = 0; j < likeliest; j++) {
        tokens[j] = TestModel.likely(i, j);
        logs[j] = -j;
      }
      stream.add(answer.tokens()[i], answer.logProbabilities()[i], tokens, logs);
    }
    return stream;
  }

  private StreamFrame receipt(Order order, Digest32 hash, AnswerStream stream, AnswerEnd end) {
    int count = stream.count();
    Receipt.Builder receipt =
        Receipt.newBuilder()
            .setOrderHash(ByteString.copyFrom(hash.toBytes()))
            .setCount(count)
            .setStreamHash(ByteString.copyFrom(stream.hash(end).toBytes()))
            .setDigestCommitment(ByteString.copyFrom(new byte[32]))
            .setEnd(end)
            .setCost(Orders.cost(order, count));
    if (script instanceof Script.Forges forges) {
      receipt = forges.change().apply(receipt);
    }
    give(order, receipt.getCost());
    PrivateKey signer = key;
    if (script instanceof Script.SignsWrongly) {
      signer = PrivateKey.of(Hasher.of("another").finish().toBytes());
    }
    Signed signed = Signing.sign(Receipts.TAG, receipt.build().toByteArray(), signer);
    receipts.put(order.getNumber(), signed);
    return StreamFrame.newBuilder().setReceipt(signed).build();
  }

  private void frame(OutputStream out, StreamFrame frame) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    if (script instanceof Script.Garbles) {
      bytes.write(new byte[] {5, 1, 2, 3, 4, 5});
    } else {
      frame.writeDelimitedTo(bytes);
    }
    out.write("%x\r\n".formatted(bytes.size()).getBytes(StandardCharsets.US_ASCII));
    out.write(bytes.toByteArray());
    out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
