package exacta.consensus;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import exacta.ledger.QueryResult;
import exacta.ledger.Refusal;
import exacta.ledger.TxEvent;
import exacta.ledger.TxResult;
import exacta.primitives.Digest32;
import exacta.protocol.Denomination;
import exacta.protocol.QueryPaths;
import exacta.protocol.cosmos.auth.BaseAccount;
import exacta.protocol.cosmos.auth.QueryAccountRequest;
import exacta.protocol.cosmos.auth.QueryAccountResponse;
import exacta.protocol.cosmos.bank.QueryBalanceRequest;
import exacta.protocol.cosmos.bank.QueryBalanceResponse;
import exacta.protocol.cosmos.bank.QuerySpendableBalancesRequest;
import exacta.protocol.cosmos.bank.QuerySpendableBalancesResponse;
import exacta.protocol.cosmos.bank.QuerySupplyOfRequest;
import exacta.protocol.cosmos.bank.QuerySupplyOfResponse;
import exacta.protocol.cosmos.bank.QueryTotalSupplyRequest;
import exacta.protocol.cosmos.bank.QueryTotalSupplyResponse;
import exacta.protocol.cosmos.base.Coin;
import exacta.protocol.cosmos.crypto.PubKey;
import exacta.protocol.cosmos.tx.SimulateRequest;
import exacta.protocol.cosmos.tx.SimulateResponse;
import exacta.protocol.v1.QueryParametersRequest;
import exacta.protocol.v1.QueryParametersResponse;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What wallets ask of a chain of the Cosmos ecosystem by REST, answered from the same queries as by
 * RPC. Spec: wallets.md#rest. Safe for several threads.
 */
final class RestMethods {
  private static final String HASH = "(?i)[0-9a-f]{64}";

  private final RestChain chain;

  RestMethods(RestChain chain) {
    this.chain = chain;
  }

  RestReply nodeInfo() {
    ObjectNode body = RpcJson.object();
    body.putObject("default_node_info")
        .put("network", chain.chainId())
        .put("version", CometView.VERSION)
        .put("moniker", "exacta");
    body.putObject("application_version").put("name", "exacta").put("app_name", "exacta");
    return RestReply.ok(body);
  }

  RestReply config() {
    return ask(
        QueryPaths.PARAMETERS,
        QueryParametersRequest.getDefaultInstance(),
        QueryParametersResponse.parser(),
        answer ->
            RpcJson.object()
                .put(
                    "minimum_gas_price",
                    answer.getParameters().getMinimumGasPrice() + Denomination.NAME));
  }

  RestReply account(String address) {
    return ask(
        QueryPaths.ACCOUNT,
        QueryAccountRequest.newBuilder().setAddress(address).build(),
        QueryAccountResponse.parser(),
        answer -> {
          ObjectNode body = RpcJson.object();
          ObjectNode account = body.putObject("account");
          BaseAccount base = parse(BaseAccount.parser(), answer.getAccount().getValue());
          account.put("@type", answer.getAccount().getTypeUrl()).put("address", base.getAddress());
          if (base.hasPubKey()) {
            PubKey key = parse(PubKey.parser(), base.getPubKey().getValue());
            account
                .putObject("pub_key")
                .put("@type", base.getPubKey().getTypeUrl())
                .put("key", RpcJson.base64(key.getKey().toByteArray()));
          } else {
            account.putNull("pub_key");
          }
          account
              .put("account_number", Long.toString(base.getAccountNumber()))
              .put("sequence", Long.toString(base.getSequence()));
          return body;
        });
  }

  /** All that an account has can be spent, so both lists are one. */
  RestReply balances(String address) {
    return ask(
        QueryPaths.SPENDABLE_BALANCES,
        QuerySpendableBalancesRequest.newBuilder().setAddress(address).build(),
        QuerySpendableBalancesResponse.parser(),
        answer -> coins("balances", answer.getBalancesList()));
  }

  RestReply balance(String address, String denomination) {
    return ask(
        QueryPaths.BALANCE,
        QueryBalanceRequest.newBuilder().setAddress(address).setDenom(denomination).build(),
        QueryBalanceResponse.parser(),
        answer -> {
          ObjectNode body = RpcJson.object();
          putCoin(body.putObject("balance"), answer.getBalance());
          return body;
        });
  }

  RestReply supply() {
    return ask(
        QueryPaths.TOTAL_SUPPLY,
        QueryTotalSupplyRequest.getDefaultInstance(),
        QueryTotalSupplyResponse.parser(),
        answer -> coins("supply", answer.getSupplyList()));
  }

  RestReply supplyOf(String denomination) {
    return ask(
        QueryPaths.SUPPLY_OF,
        QuerySupplyOfRequest.newBuilder().setDenom(denomination).build(),
        QuerySupplyOfResponse.parser(),
        answer -> {
          ObjectNode body = RpcJson.object();
          putCoin(body.putObject("amount"), answer.getAmount());
          return body;
        });
  }

  private static ObjectNode coins(String name, List<Coin> coins) {
    ObjectNode body = RpcJson.object();
    ArrayNode list = body.putArray(name);
    coins.forEach(coin -> putCoin(list.addObject(), coin));
    body.putObject("pagination").putNull("next_key").put("total", Integer.toString(coins.size()));
    return body;
  }

  private static void putCoin(ObjectNode node, Coin coin) {
    node.put("denom", coin.getDenom()).put("amount", coin.getAmount());
  }

  RestReply simulate(byte[] body) {
    Optional<byte[]> transaction = transactionBytes(body);
    return transaction.isEmpty()
        ? RestReply.invalid("tx_bytes must be the transaction in base64")
        : ask(
            QueryPaths.SIMULATE,
            SimulateRequest.newBuilder().setTxBytes(ByteString.copyFrom(transaction.get())).build(),
            SimulateResponse.parser(),
            RestMethods::simulated);
  }

  private static ObjectNode simulated(SimulateResponse answer) {
    ObjectNode body = RpcJson.object();
    body.putObject("gas_info")
        .put("gas_wanted", Long.toString(answer.getGasInfo().getGasWanted()))
        .put("gas_used", Long.toString(answer.getGasInfo().getGasUsed()));
    ObjectNode result = body.putObject("result");
    result
        .put("data", RpcJson.base64(answer.getResult().getData().toByteArray()))
        .put("log", answer.getResult().getLog());
    List<TxEvent> events = new ArrayList<>();
    answer
        .getResult()
        .getEventsList()
        .forEach(event ->
            events.add(
                new TxEvent(
                    event.getType(),
                    event.getAttributesList().stream()
                        .map(a -> new TxEvent.Attribute(a.getKey(), a.getValue()))
                        .toList())));
    RpcJson.putEvents(result.putArray("events"), events);
    return body;
  }

  RestReply broadcast(byte[] body) {
    Optional<byte[]> transaction = transactionBytes(body);
    if (transaction.isEmpty()) {
      return RestReply.invalid("tx_bytes must be the transaction in base64");
    }
    ObjectNode answer = RpcJson.object();
    switch (chain.broadcast(transaction.get())) {
      case Broadcast.Checked checked ->
          putResult(answer.putObject("tx_response"), checked.hash(), 0, checked.result());
      case Broadcast.Duplicate duplicate ->
          putResult(
              answer.putObject("tx_response"),
              duplicate.hash(),
              0,
              refused(Refusal.TX_IN_MEMPOOL_CACHE, "tx already in mempool"));
      case Broadcast.NoRoom full ->
          putResult(
              answer.putObject("tx_response"),
              full.hash(),
              0,
              refused(Refusal.MEMPOOL_FULL, full.reason()));
    }
    return RestReply.ok(answer);
  }

  private static TxResult refused(Refusal refusal, String log) {
    return new TxResult(refusal.code(), refusal.codespace(), log, new byte[0]);
  }

  RestReply transaction(String hash) {
    if (!hash.matches(HASH)) {
      return RestReply.invalid("a transaction's hash has 64 hexadecimal digits");
    }
    Optional<IncludedTransaction> found =
        chain.transaction(Digest32.ofHex(hash.toLowerCase(Locale.ROOT)));
    if (found.isEmpty()) {
      return RestReply.notFound("tx not found: " + hash);
    }
    IncludedTransaction included = found.get();
    ObjectNode body = RpcJson.object();
    ObjectNode response = body.putObject("tx_response");
    putResult(response, included.hash(), included.height().value(), included.result());
    response.put("timestamp", RpcJson.time(chain.timeMillis(included)));
    return RestReply.ok(body);
  }

  private static void putResult(ObjectNode node, Digest32 hash, long height, TxResult result) {
    node.put("height", Long.toString(height))
        .put("txhash", RpcJson.hex(hash))
        .put("codespace", result.codespace())
        .put("code", result.code())
        .put("data", RpcJson.hex(result.data()))
        .put("raw_log", result.log());
    node.putArray("logs");
    node.put("info", "")
        .put("gas_wanted", Long.toString(result.gasWanted()))
        .put("gas_used", Long.toString(result.gasUsed()))
        .putNull("tx")
        .put("timestamp", "");
    RpcJson.putEvents(node.putArray("events"), result.events());
  }

  /** The field of a request's JSON; empty if it is not there, or no base64. */
  private static Optional<byte[]> transactionBytes(byte[] body) {
    try {
      return RpcJson.MAPPER
          .readTree(body)
          .optional("tx_bytes")
          .filter(JsonNode::isString)
          .map(text -> Base64.getDecoder().decode(text.asString()));
    } catch (JacksonException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private <T extends MessageLite> RestReply ask(
      String path, MessageLite request, Parser<T> parser, Function<T, ObjectNode> body) {
    QueryResult result = chain.query(path, request.toByteArray());
    if (result.code() == 0) {
      return RestReply.ok(body.apply(parse(parser, ByteString.copyFrom(result.value()))));
    }
    return result.code() == Refusal.NOT_FOUND.code()
        ? RestReply.notFound(result.log())
        : RestReply.invalid(result.log());
  }

  private static <T> T parse(Parser<T> parser, ByteString bytes) {
    try {
      return parser.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("the ledger answers with the message of its path", e);
    }
  }
}
