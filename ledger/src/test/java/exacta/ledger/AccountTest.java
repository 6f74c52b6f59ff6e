package exacta.ledger;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.InvalidProtocolBufferException;
import exacta.ledger.state.AccountState;
import exacta.primitives.Amount;
import exacta.primitives.Digest32;
import exacta.protocol.Denomination;
import exacta.protocol.Message;
import exacta.protocol.PoolLinks;
import exacta.protocol.QueryPaths;
import exacta.protocol.TransactionBuilder;
import exacta.protocol.cosmos.auth.BaseAccount;
import exacta.protocol.cosmos.auth.QueryAccountRequest;
import exacta.protocol.cosmos.auth.QueryAccountResponse;
import exacta.protocol.cosmos.bank.Input;
import exacta.protocol.cosmos.bank.MsgMultiSend;
import exacta.protocol.cosmos.bank.MsgSend;
import exacta.protocol.cosmos.bank.Output;
import exacta.protocol.cosmos.bank.QueryAllBalancesRequest;
import exacta.protocol.cosmos.bank.QueryAllBalancesResponse;
import exacta.protocol.cosmos.bank.QueryBalanceRequest;
import exacta.protocol.cosmos.bank.QueryBalanceResponse;
import exacta.protocol.cosmos.base.Coin;
import exacta.protocol.cosmos.tx.TxMsgData;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccountTest {
  private final Scenario scenario = new Scenario();

  static Message send(Scenario scenario, String from, String to, long amount) {
    return send(scenario, from, to, Long.toString(amount), "ngonka");
  }

  private static Message send(
      Scenario scenario, String from, String to, String amount, String denomination) {
    return new Message.Send(
        MsgSend.newBuilder()
            .setFromAddress(scenario.address(from).toString())
            .setToAddress(scenario.address(to).toString())
            .addAmount(Coin.newBuilder().setDenom(denomination).setAmount(amount))
            .build());
  }

  @ParameterizedTest(name = "{0} sends {1} {2} {3} -> {4}")
  @CsvSource({
    "alice, bob, 1, ngonka, accepted",
    "alice, bob, 10000000000000, ngonka, accepted",
    "alice, carol, 1, ngonka, accepted",
    "alice, alice, 10000000000000, ngonka, accepted",
    "alice, bob, 10000000000001, ngonka, INSUFFICIENT_FUNDS",
    "alice, alice, 10000000000001, ngonka, INSUFFICIENT_FUNDS",
    "alice, bob, 9223372036854775807, ngonka, INSUFFICIENT_FUNDS",
    "alice, bob, 9223372036854775808, ngonka, INVALID_COINS",
    "alice, bob, 0, ngonka, INVALID_COINS",
    "alice, bob, -1, ngonka, INVALID_COINS",
    "alice, bob, 1.5, ngonka, INVALID_COINS",
    "alice, bob, 01, ngonka, INVALID_COINS",
    "alice, bob, '', ngonka, INVALID_COINS",
    "alice, bob, 1, uatom, INVALID_COINS",
    "carol, bob, 1, ngonka, UNKNOWN_ACCOUNT",
  })
  void moves(String from, String to, String amount, String denomination, String outcome) {
    Amount sender = scenario.balance(from);
    Amount recipient = scenario.balance(to);
    TxResult result = scenario.send(from, send(scenario, from, to, amount, denomination));
    assertEquals(outcome, Scenario.refusalOf(result), result.log());
    if (outcome.equals("accepted") && !from.equals(to)) {
      Amount moved = Amount.ofNano(Long.parseLong(amount));
      assertEquals(sender.minus(moved), scenario.balance(from));
      assertEquals(recipient.plus(moved), scenario.balance(to));
    } else {
      assertEquals(sender, scenario.balance(from));
      assertEquals(recipient, scenario.balance(to));
    }
  }

  private Message multiSend(long input, long... outputs) {
    MsgMultiSend.Builder send =
        MsgMultiSend.newBuilder()
            .addInputs(
                Input.newBuilder()
                    .setAddress(scenario.address("alice").toString())
                    .addCoins(Denomination.of(Amount.ofNano(input))));
    String[] recipients = {"bob", "carol", "alice"};
    for (int i = 0; i < outputs.length; i++) {
      send.addOutputs(
          Output.newBuilder()
              .setAddress(scenario.address(recipients[i]).toString())
              .addCoins(Denomination.of(Amount.ofNano(outputs[i]))));
    }
    return new Message.MultiSend(send.build());
  }

  @Test
  void sendsToSeveralOrToNobody() {
    scenario.sendWell("alice", multiSend(6, 1, 2, 3));
    assertEquals(Amount.ofNano(1), scenario.balance("bob").minus(Scenario.WEALTH));
    assertEquals(Amount.ofNano(2), scenario.balance("carol"));
    assertEquals(Scenario.WEALTH.minus(Amount.ofNano(3)), scenario.balance("alice"));
    scenario.sendBadly(Refusal.INVALID_COINS, "alice", multiSend(6, 1, 2, 4));
    scenario.sendBadly(Refusal.INVALID_COINS, "alice", multiSend(6, 1, 2, 2));
    long all = scenario.balance("alice").nanoCoins();
    scenario.sendBadly(Refusal.INSUFFICIENT_FUNDS, "alice", multiSend(all + 1, all, 1));
    assertEquals(Amount.ofNano(2), scenario.balance("carol"));
  }

  @Test
  void tellsWhatMovedInEvents() {
    TxResult result = scenario.send("alice", multiSend(3, 1, 2));
    assertEquals(
        List.of("message", "transfer", "transfer"),
        result.events().stream().map(TxEvent::type).toList());
    assertEquals(
        List.of(
            new TxEvent.Attribute("recipient", scenario.address("carol").toString()),
            new TxEvent.Attribute("sender", scenario.address("alice").toString()),
            new TxEvent.Attribute("amount", "2ngonka")),
        result.events().get(2).attributes());
    assertEquals(List.of(), scenario.send("alice", send(scenario, "alice", "bob", 0)).events());
  }

  @Test
  void aFailedTransactionChangesNothingButTheSequence() {
    TxResult result =
        scenario.send(
            "alice",
            send(scenario, "alice", "bob", 5),
            send(scenario, "alice", "bob", Long.MAX_VALUE));
    assertEquals("INSUFFICIENT_FUNDS", Scenario.refusalOf(result));
    assertEquals(Scenario.WEALTH, scenario.balance("bob"));
    assertEquals(1, account("alice").getSequence());
  }

  private AccountState account(String who) {
    return scenario.state().accounts.require(scenario.address(who));
  }

  @Test
  void answersEachMessage() throws InvalidProtocolBufferException {
    TxResult result =
        scenario.send(
            "alice", send(scenario, "alice", "bob", 5), send(scenario, "alice", "bob", 6));
    TxMsgData data = TxMsgData.parseFrom(result.data());
    assertEquals(2, data.getMsgResponsesCount());
    assertEquals("/cosmos.bank.v1beta1.MsgSendResponse", data.getMsgResponses(1).getTypeUrl());
  }

  @Test
  void takesSequencesOneAfterAnother() {
    byte[] first = scenario.transaction("alice", send(scenario, "alice", "bob", 1));
    scenario.queueBytes(first);
    scenario.queueBytes(first);
    List<TxResult> results = scenario.advance();
    assertTrue(results.get(0).isAccepted());
    assertEquals("WRONG_SEQUENCE", Scenario.refusalOf(results.get(1)));
    assertTrue(results.get(1).log().startsWith("account sequence mismatch, expected 1, got 0"));
    assertEquals(
        "WRONG_SEQUENCE", Scenario.refusalOf(scenario.ledger.check(scenario.store, first, 0)));
  }

  @Test
  void checksWhatWaitsBehindOthersOfItsSigner() {
    byte[] third =
        TransactionBuilder.build(
            List.of(send(scenario, "alice", "bob", 1)),
            scenario.key("alice"),
            Scenario.CHAIN_ID,
            account("alice").getNumber(),
            2,
            "");
    assertEquals(
        "WRONG_SEQUENCE", Scenario.refusalOf(scenario.ledger.check(scenario.store, third, 0)));
    TxResult checked = scenario.ledger.check(scenario.store, third, 2);
    assertTrue(checked.isAccepted());
    assertTrue(checked.gasUsed() > 0);
  }

  /** Clients of CometBFT do not expect answers from a check. */
  @Test
  void aCheckHasNoDataAndNoEvents() {
    byte[] bytes = scenario.transaction("alice", send(scenario, "alice", "bob", 1));
    TxResult checked = scenario.ledger.check(scenario.store, bytes, 0);
    assertEquals(0, checked.data().length);
    assertEquals(List.of(), checked.events());
  }

  @ParameterizedTest(name = "chain {0}, account number off by {1}, key of {2} -> {3}")
  @CsvSource({
    "exacta-test, 0, alice, accepted",
    "exacta-other, 0, alice, UNAUTHORIZED",
    "exacta-test, 1, alice, UNAUTHORIZED",
  })
  void wantsASignatureForThisChainAndAccount(String chainId, long off, String key, String outcome) {
    byte[] transaction =
        TransactionBuilder.build(
            List.of(send(scenario, "alice", "bob", 1)),
            scenario.key(key),
            chainId,
            account("alice").getNumber() + off,
            0,
            "");
    scenario.queueBytes(transaction);
    assertEquals(outcome, Scenario.refusalOf(scenario.advance().getFirst()));
  }

  @Test
  void takesLinksOfTheProposerAtTheBeginningOnly() {
    byte[] foreign = PoolLinks.transaction(scenario.address("alice"), Digest32.ZERO);
    scenario.queueBytes(foreign);
    assertEquals("POOL_LINK", Scenario.refusalOf(scenario.advance().getFirst()));
    scenario.stirs = false;
    scenario.advance();
    byte[] pool = scenario.state().head.get().getPool().toByteArray();
    byte[] notNext = PoolLinks.transaction(scenario.address("proposer"), Digest32.ZERO);
    scenario.queueBytes(notNext);
    scenario.queue("alice", send(scenario, "alice", "bob", 1));
    assertEquals("POOL_LINK", Scenario.refusalOf(scenario.advance().getFirst()));
    assertArrayEquals(pool, scenario.state().head.get().getPool().toByteArray());
  }

  @Test
  void tellsWalletsAboutAccounts() throws InvalidProtocolBufferException {
    QueryResult unknown =
        scenario.query(
            QueryPaths.ACCOUNT,
            QueryAccountRequest.newBuilder()
                .setAddress(scenario.address("carol").toString())
                .build());
    assertEquals(22, unknown.code());
    assertTrue(unknown.log().contains("rpc error: code = NotFound"));
    scenario.send("alice", send(scenario, "alice", "bob", 1));
    QueryAccountResponse known =
        scenario.ask(
            QueryPaths.ACCOUNT,
            QueryAccountRequest.newBuilder()
                .setAddress(scenario.address("alice").toString())
                .build(),
            QueryAccountResponse.parser());
    assertEquals("/cosmos.auth.v1beta1.BaseAccount", known.getAccount().getTypeUrl());
    BaseAccount account = BaseAccount.parseFrom(known.getAccount().getValue());
    assertEquals(1, account.getSequence());
    assertEquals(4, account.getAccountNumber());
    assertEquals("/cosmos.crypto.secp256k1.PubKey", account.getPubKey().getTypeUrl());
  }

  @Test
  void tellsWalletsAboutBalances() {
    assertEquals("10000000000000", balance("alice", "ngonka"));
    assertEquals("0", balance("carol", "ngonka"));
    assertEquals("0", balance("alice", "uatom"));
    QueryAllBalancesResponse all =
        scenario.ask(
            QueryPaths.ALL_BALANCES,
            QueryAllBalancesRequest.newBuilder()
                .setAddress(scenario.address("alice").toString())
                .build(),
            QueryAllBalancesResponse.parser());
    assertEquals(1, all.getBalancesCount());
    QueryResult bad =
        scenario.query(
            QueryPaths.BALANCE, QueryBalanceRequest.newBuilder().setAddress("test").build());
    assertEquals(Refusal.INVALID_ADDRESS.code(), bad.code());
    assertEquals(Refusal.UNKNOWN_QUERY.code(), scenario.query("/nothing", bareRequest()).code());
    assertEquals(
        Refusal.INVALID_REQUEST.code(),
        scenario.ledger.query(scenario.store, QueryPaths.BALANCE, new byte[] {1, 2, 3}).code());
  }

  private static QueryBalanceRequest bareRequest() {
    return QueryBalanceRequest.getDefaultInstance();
  }

  private String balance(String who, String denomination) {
    return scenario
        .ask(
            QueryPaths.BALANCE,
            QueryBalanceRequest.newBuilder()
                .setAddress(scenario.address(who).toString())
                .setDenom(denomination)
                .build(),
            QueryBalanceResponse.parser())
        .getBalance()
        .getAmount();
  }
}
