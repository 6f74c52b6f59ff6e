package exacta.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import exacta.chainclient.ChainClient;
import exacta.chainclient.LightClient;
import exacta.chainclient.Sender;
import exacta.consensus.EmbeddedChain;
import exacta.crypto.SystemEntropy;
import exacta.engine.gguf.ModelIdentity;
import exacta.ledger.Ledger;
import exacta.ledger.Parameters;
import exacta.primitives.Amount;
import exacta.primitives.Clock;
import exacta.primitives.Digest32;
import exacta.primitives.ExactaException;
import exacta.protocol.Denomination;
import exacta.protocol.Message;
import exacta.protocol.TransactionBuilder;
import exacta.protocol.cosmos.bank.MsgSend;
import exacta.protocol.v1.Ask;
import exacta.protocol.v1.Genesis;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The chain of a demo, without hosts: ledger, store, sequencer, RPC and client together. */
final class LocalChainIntegrationTest {
  private static final int HOSTS = 4;
  private static final Digest32 ROOT = Digest32.ofHex("ab".repeat(32));
  private static final int LINKS = 8 * 2048;

  @TempDir private Path folder;
  private HomeFolder home;
  private DemoAccounts accounts;
  private ProposerChain secrets;
  private Genesis genesis;
  private int port;

  @BeforeEach
  void prepare() throws IOException {
    home = HomeFolder.open(folder.resolve("home"));
    accounts = DemoAccounts.open(home, HOSTS, new SystemEntropy());
    secrets =
        ProposerChain.open(
            home.resolve("pool-secrets"),
            accounts.proposer().address(),
            new SystemEntropy(),
            LINKS);
    port = freePort();
    genesis =
        DemoGenesis.build(
            "exacta-test",
            1,
            Parameters.oneMachine().toBuilder().setBlockIntervalMillis(10).build(),
            accounts.roles(),
            List.of(DemoGenesis.commitment(secrets)),
            Ports.standard(HOSTS),
            new DemoGenesis.OfferedModel(
                "m",
                new ModelIdentity(ROOT, 1000, 1 << 20),
                Ask.newBuilder()
                    .setModel(ByteString.copyFrom(ROOT.toBytes()))
                    .setInputPrice(1)
                    .setOutputPrice(1)
                    .setContextLength(512)
                    .build()));
  }

  @AfterEach
  void release() {
    home.close();
  }

  private static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    }
  }

  private LocalChain start() {
    return LocalChain.start(
        home.resolve("chain"), genesis, secrets, accounts.consensus().publicKey(), port, 0);
  }

  private ChainClient client() {
    return new ChainClient(Ports.loopback(port), Clock.SYSTEM);
  }

  private Message send(Amount amount) {
    return new Message.Send(
        MsgSend.newBuilder()
            .setFromAddress(accounts.roles().testKey().address().toString())
            .setToAddress(accounts.roles().gateway().address().toString())
            .addAmount(Denomination.of(amount))
            .build());
  }

  @Test
  void anAccountIsProvenAgainstTheNextHeader() {
    try (LocalChain chain = start()) {
      assertFalse(chain.stopped().isDone());
      URI rpc = Ports.loopback(port);
      StateQuestion question = new StateQuestion(rpc, new StateQuestion.Trust.InNode(rpc));
      StateQuestion.Answer known = question.account(accounts.roles().testKey().address());
      assertTrue(known.proven());
      assertEquals(
          Long.toString(DemoGenesis.DEVELOPER_BALANCE.nanoCoins()), known.fields().get("balance"));
      StateQuestion.Answer unknown = question.account(accounts.proposer().address());
      assertTrue(unknown.proven());
      assertTrue(unknown.fields().isEmpty());
      LightClient.Trust block = trust(rpc);
      ExactaException unsigned =
          assertThrows(
              ExactaException.class,
              () ->
                  new StateQuestion(rpc, new StateQuestion.Trust.InBlock(block, Optional.empty()))
                      .supply());
      assertTrue(unsigned.getMessage().contains("has no signatures"), unsigned.getMessage());
    }
  }

  /** In the newest block, as the node itself tells its hash. */
  private static LightClient.Trust trust(URI rpc) {
    try (CometRpc node = new CometRpc(rpc)) {
      long height = node.height();
      Digest32 hash = Digest32.ofHex(node.blockHash(height).toLowerCase(Locale.ROOT));
      return new LightClient.Trust(height, hash, Duration.ofHours(1));
    }
  }

  private static HttpResponse<String> get(LocalChain chain, String path)
      throws IOException, InterruptedException {
    return call(chain, path, HttpRequest.Builder::GET);
  }

  private static HttpResponse<String> post(LocalChain chain, String path, byte[] transaction)
      throws IOException, InterruptedException {
    String body =
        "{\"tx_bytes\":\"%s\",\"mode\":\"BROADCAST_MODE_SYNC\"}"
            .formatted(Base64.getEncoder().encodeToString(transaction));
    return call(chain, path, request -> request.POST(BodyPublishers.ofString(body)));
  }

  private static HttpResponse<String> call(
      LocalChain chain, String path, UnaryOperator<HttpRequest.Builder> method)
      throws IOException, InterruptedException {
    URI uri = Ports.loopback(chain.restPort()).resolve(path);
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> response =
          http.send(method.apply(HttpRequest.newBuilder(uri)).build(), BodyHandlers.ofString());
      assertEquals("*", response.headers().firstValue("Access-Control-Allow-Origin").orElse(""));
      return response;
    }
  }

  private static JsonNode ok(HttpResponse<String> response) {
    assertEquals(200, response.statusCode(), response.body());
    return JsonMapper.shared().readTree(response.body());
  }

  /** What Keplr asks, in its order. */
  @Test
  void walletsUseRest() throws IOException, InterruptedException {
    String address = accounts.roles().testKey().address().toString();
    try (LocalChain chain = start();
        ChainClient client = client()) {
      JsonNode info = ok(get(chain, "/cosmos/base/tendermint/v1beta1/node_info"));
      assertEquals("exacta-test", info.get("default_node_info").get("network").asString());
      assertEquals(
          "0ngonka",
          ok(get(chain, "/cosmos/base/node/v1beta1/config")).get("minimum_gas_price").asString());
      JsonNode account = ok(get(chain, "/cosmos/auth/v1beta1/accounts/" + address)).get("account");
      assertEquals("/cosmos.auth.v1beta1.BaseAccount", account.get("@type").asString());
      assertEquals("0", account.get("sequence").asString());
      String nobody = accounts.proposer().address().toString();
      HttpResponse<String> unknown = get(chain, "/cosmos/auth/v1beta1/accounts/" + nobody);
      assertEquals(404, unknown.statusCode());
      assertTrue(unknown.body().contains("rpc error: code = NotFound"), unknown.body());
      JsonNode balances =
          ok(get(chain, "/cosmos/bank/v1beta1/balances/" + address + "?pagination.limit=1000"));
      assertEquals("ngonka", balances.get("balances").get(0).get("denom").asString());
      assertEquals(400, get(chain, "/cosmos/bank/v1beta1/spendable_balances/test").statusCode());
      assertEquals(501, get(chain, "/cosmos/staking/v1beta1/params").statusCode());
      assertEquals(501, get(chain, "/ibc/apps/transfer/v1/params").statusCode());

      long number = Long.parseLong(account.get("account_number").asString());
      byte[] transaction =
          TransactionBuilder.build(
              List.of(send(Amount.ofNano(7))),
              accounts.roles().testKey(),
              "exacta-test",
              number,
              0,
              "");
      JsonNode gas = ok(post(chain, "/cosmos/tx/v1beta1/simulate", transaction)).get("gas_info");
      assertTrue(Long.parseLong(gas.get("gas_used").asString()) > 50_000);
      JsonNode sent = ok(post(chain, "/cosmos/tx/v1beta1/txs", transaction)).get("tx_response");
      assertEquals(0, sent.get("code").asInt());
      String hash = sent.get("txhash").asString();
      long height = client.height();
      while (get(chain, "/cosmos/tx/v1beta1/txs/" + hash).statusCode() == 404) {
        client.awaitHeight(++height, Duration.ofSeconds(10));
      }
      JsonNode included = ok(get(chain, "/cosmos/tx/v1beta1/txs/" + hash)).get("tx_response");
      assertEquals(gas.get("gas_used"), included.get("gas_used"));
      assertEquals("message", included.get("events").get(0).get("type").asString());
      JsonNode again = ok(post(chain, "/cosmos/tx/v1beta1/txs", transaction)).get("tx_response");
      assertEquals(19, again.get("code").asInt());
      assertEquals(
          400,
          call(
                  chain,
                  "/cosmos/tx/v1beta1/txs",
                  request -> request.POST(BodyPublishers.ofString("[")))
              .statusCode());
    }
  }

  @Test
  void movesCoinsAndGoesOnAfterARestart() {
    Amount before = DemoGenesis.DEVELOPER_BALANCE;
    Amount moved = Amount.ofCoins(3);
    long height;
    try (LocalChain chain = start();
        ChainClient client = client()) {
      assertTrue(new Sender(client, accounts.roles().testKey()).send(send(moved)).isSuccess());
      assertEquals(before.plus(moved), client.balance(accounts.roles().gateway().address()));
      assertEquals(HOSTS, client.hosts().getHostsCount());
      height = client.height();
      assertTrue(!chain.stopped().isDone());
    }
    try (LocalChain chain = start();
        ChainClient client = client()) {
      assertTrue(client.awaitHeight(height + 2, Duration.ofSeconds(20)) >= height + 2);
      assertEquals(before.minus(moved), client.balance(accounts.roles().testKey().address()));
      assertTrue(!chain.stopped().isDone());
    }
    assertEquals(
        List.of(), EmbeddedChain.inspect(home.resolve("chain"), state -> Ledger.audit(state)));
  }

  @Test
  void crossesAnEpochInWhichNobodyDidAnything() {
    long lastBlock = genesis.getParameters().getEpochBlocks() * 2 + 3;
    try (LocalChain chain = start();
        ChainClient client = client()) {
      assertTrue(client.awaitHeight(lastBlock, Duration.ofSeconds(60)) >= lastBlock);
      assertTrue(client.network().getEpoch() >= 2);
      assertTrue(client.network().getSprint() >= 4, "two Sprints an epoch");
      assertTrue(!chain.stopped().isDone());
    }
    assertEquals(
        List.of(), EmbeddedChain.inspect(home.resolve("chain"), state -> Ledger.audit(state)));
  }

  @Test
  void namesTheFlagWhenThePortIsTaken() throws IOException {
    try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      ExactaException e = assertThrows(ExactaException.class, this::start);
      assertTrue(e.getMessage().contains("--port-base"), e.getMessage());
      assertTrue(e.getMessage().contains(Integer.toString(taken.getLocalPort())));
    }
  }
}
