package exacta.acceptance;

import exacta.protocol.QueryPaths;
import exacta.protocol.cosmos.bank.QueryBalanceRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Asks RPC and REST as wallets do, with damage in bodies, addresses and the words of HTTP. */
final class FuzzHttp implements FuzzRun.Part {
  private static final int REQUESTS = 200;
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final List<String> REST_PATHS =
      List.of(
          "/cosmos/base/tendermint/v1beta1/node_info",
          "/cosmos/base/node/v1beta1/config",
          "/cosmos/auth/v1beta1/accounts/",
          "/cosmos/bank/v1beta1/balances/",
          "/cosmos/bank/v1beta1/spendable_balances/",
          "/cosmos/bank/v1beta1/supply",
          "/cosmos/bank/v1beta1/supply/by_denom?denom=",
          "/cosmos/tx/v1beta1/txs/",
          "/cosmos/staking/v1beta1/validators");

  private final HttpPeer rpc;
  private final HttpPeer rest;
  private final Random random;
  private final Mutation mutation;
  private final FuzzMessages messages;
  private final FuzzCalls calls;
  private final FuzzRun.Faults faults;
  private long lastHeight;

  FuzzHttp(int rpcPort, int restPort, long seed, FuzzRun.Faults faults) {
    this.rpc = new HttpPeer(rpcPort);
    this.rest = new HttpPeer(restPort);
    this.random = new Random(seed);
    this.mutation = new Mutation(random);
    this.messages = new FuzzMessages(random);
    this.calls = new FuzzCalls(random, mutation);
    this.faults = faults;
  }

  @Override
  public int round() throws IOException {
    for (int i = 0; i < REQUESTS; i++) {
      switch (random.nextInt(12)) {
        case 0, 1, 2, 3, 4 -> call();
        case 5, 6 -> uri();
        case 7, 8 -> restGet();
        case 9, 10 -> restPost();
        default -> words();
      }
    }
    return REQUESTS;
  }

  private void call() throws IOException {
    byte[] valid = JSON.writeValueAsBytes(calls.any());
    if (random.nextInt(6) == 0) {
      valid =
          ("[" + new String(valid, StandardCharsets.UTF_8) + "," + calls.any() + "]")
              .getBytes(StandardCharsets.UTF_8);
    }
    byte[] sent =
        random.nextInt(4) == 0
            ? valid
            : mutation.ofText(valid, JSON.writeValueAsBytes(calls.any()));
    HttpPeer.Answer answer = rpc.post("/", sent);
    faults.require(
        answer.status() < 500, "RPC answers a POST with " + answer.status() + ": " + quote(sent));
    json(answer, sent);
  }

  private void uri() throws IOException {
    ObjectNode body = calls.any();
    StringBuilder uri = new StringBuilder("/" + body.get("method").stringValue() + "?");
    for (var parameter : body.get("params").properties()) {
      JsonNode value = parameter.getValue();
      String text = value.isString() ? "\"" + value.stringValue() + "\"" : value.toString();
      uri.append(parameter.getKey()).append('=').append(encoded(text)).append('&');
    }
    byte[] sent = uri.toString().getBytes(StandardCharsets.UTF_8);
    if (random.nextInt(3) > 0) {
      sent = mutation.ofText(sent, body.toString().getBytes(StandardCharsets.UTF_8));
    }
    json(rpc.get(sent), sent);
  }

  private void restGet() throws IOException {
    String path = messages.any(REST_PATHS);
    if (path.endsWith("/")) {
      path +=
          path.contains("txs")
              ? FuzzWorld.MODEL.toString()
              : messages.any(FuzzWorld.PEOPLE).address().toString();
    } else if (path.endsWith("=")) {
      path += "ngonka";
    }
    byte[] sent = path.getBytes(StandardCharsets.UTF_8);
    if (random.nextInt(4) > 0) {
      sent = mutation.ofText(sent, sent);
    }
    HttpPeer.Answer answer = rest.get(sent);
    // What is no path is refused by the web server, as it likes, before anything of ours sees it.
    if (sent.length > 0 && sent[0] == '/') {
      notInternal(answer, sent);
    }
  }

  private void restPost() throws IOException {
    boolean isSimulation = random.nextBoolean();
    ObjectNode body =
        JSON.createObjectNode().put("tx_bytes", FuzzCalls.base64(calls.transaction()));
    if (!isSimulation) {
      body.put("mode", "BROADCAST_MODE_SYNC");
    }
    byte[] sent = JSON.writeValueAsBytes(body);
    if (random.nextBoolean()) {
      sent = mutation.ofText(sent, sent);
    }
    String path = "/cosmos/tx/v1beta1/" + (isSimulation ? "simulate" : "txs");
    notInternal(rest.post(path, sent), sent);
  }

  private void notInternal(HttpPeer.Answer answer, byte[] sent) {
    faults.require(
        answer.status() != 500, "REST answers 500 to " + quote(sent) + ": " + answer.text());
  }

  /** Damage of the words of HTTP themselves: an answer, or the end of the connection. */
  private void words() throws IOException {
    byte[] body = JSON.writeValueAsBytes(calls.any());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(HttpPeer.head("POST", "/".getBytes(StandardCharsets.US_ASCII), body.length));
    out.writeBytes(body);
    byte[] sent = mutation.ofText(out.toByteArray(), body);
    (random.nextBoolean() ? rpc : rest).sendAndEnd(sent);
  }

  private void json(HttpPeer.Answer answer, byte[] sent) {
    if (answer.body().length == 0 || answer.status() == 404 || answer.status() == 400) {
      return;
    }
    try {
      JSON.readTree(answer.body());
    } catch (JacksonException e) {
      // The list of methods at / is a text, to whoever comes there.
      faults.require(answer.status() == 200, "no JSON for " + quote(sent) + ": " + answer.text());
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static String quote(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    return text.length() > 300 ? text.substring(0, 300) + "..." : text;
  }

  @Override
  public void probe() throws IOException {
    String untouched = FuzzWorld.UNTOUCHED.toString();
    ObjectNode query = JSON.createObjectNode().put("jsonrpc", "2.0").put("id", 1);
    query.put("method", "abci_query");
    byte[] data =
        QueryBalanceRequest.newBuilder()
            .setAddress(untouched)
            .setDenom("ngonka")
            .build()
            .toByteArray();
    query
        .putObject("params")
        .put("path", QueryPaths.BALANCE)
        .put("data", HexFormat.of().formatHex(data));
    String balance = rpc.post("/", JSON.writeValueAsBytes(query)).text();
    faults.require(
        JSON.readTree(balance).at("/result/response/value").asString("").length() > 0,
        "a good query by RPC is answered with " + balance);
    long height =
        JSON.readTree(rpc.get("/status".getBytes(StandardCharsets.US_ASCII)).text())
            .at("/result/sync_info/latest_block_height")
            .asLong(0);
    faults.require(height >= lastHeight && height > 0, "the chain is at height " + height);
    lastHeight = height;
    String path = "/cosmos/bank/v1beta1/balances/" + untouched;
    String found = rest.get(path.getBytes(StandardCharsets.US_ASCII)).text();
    faults.require(
        found.contains("\"" + FuzzWorld.UNTOUCHED_BALANCE + "\""),
        "a good question by REST is answered with " + found);
    ObjectNode simulated =
        JSON.createObjectNode().put("tx_bytes", FuzzCalls.base64(FuzzAbci.transfer(0)));
    HttpPeer.Answer gas =
        rest.post("/cosmos/tx/v1beta1/simulate", JSON.writeValueAsBytes(simulated));
    faults.require(
        gas.status() == 200 && gas.text().contains("gas_used"),
        "a good simulation is answered with " + gas.text());
  }

  @Override
  public void close() {
    rpc.close();
    rest.close();
  }
}
