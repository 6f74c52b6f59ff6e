package exacta.ledger;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import exacta.crypto.Address;
import exacta.ledger.Queries.Answer;
import exacta.ledger.Queries.Found;
import exacta.ledger.state.AccountState;
import exacta.primitives.Amount;
import exacta.protocol.Denomination;
import exacta.protocol.QueryPaths;
import exacta.protocol.SimulatedTransaction;
import exacta.protocol.SimulatedTransaction.Decoded;
import exacta.protocol.Wire;
import exacta.protocol.cosmos.auth.BaseAccount;
import exacta.protocol.cosmos.auth.QueryAccountRequest;
import exacta.protocol.cosmos.auth.QueryAccountResponse;
import exacta.protocol.cosmos.bank.QueryAllBalancesRequest;
import exacta.protocol.cosmos.bank.QueryAllBalancesResponse;
import exacta.protocol.cosmos.bank.QueryBalanceRequest;
import exacta.protocol.cosmos.bank.QueryBalanceResponse;
import exacta.protocol.cosmos.bank.QuerySpendableBalancesRequest;
import exacta.protocol.cosmos.bank.QuerySpendableBalancesResponse;
import exacta.protocol.cosmos.bank.QuerySupplyOfRequest;
import exacta.protocol.cosmos.bank.QuerySupplyOfResponse;
import exacta.protocol.cosmos.bank.QueryTotalSupplyRequest;
import exacta.protocol.cosmos.bank.QueryTotalSupplyResponse;
import exacta.protocol.cosmos.base.Coin;
import exacta.protocol.cosmos.base.PageResponse;
import exacta.protocol.cosmos.crypto.PubKey;
import exacta.protocol.cosmos.tx.GasInfo;
import exacta.protocol.cosmos.tx.SimulateRequest;
import exacta.protocol.cosmos.tx.SimulateResponse;
import exacta.protocol.cosmos.tx.SimulatedAttribute;
import exacta.protocol.cosmos.tx.SimulatedEvent;
import exacta.protocol.cosmos.tx.SimulationResult;
import exacta.protocol.cosmos.tx.TxMsgData;
import exacta.protocol.v1.Supply;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Answers to what wallets of the Cosmos ecosystem ask. Spec: ledger.md#queries. */
final class WalletQueries {
  private static final String BASE_ACCOUNT = "/cosmos.auth.v1beta1.BaseAccount";
  private static final String PUBLIC_KEY = "/cosmos.crypto.secp256k1.PubKey";

  private final LedgerState state;
  private final RuleBook book;

  private WalletQueries(LedgerState state, RuleBook book) {
    this.state = state;
    this.book = book;
  }

  static Answer answer(LedgerState state, RuleBook book, String path, byte[] data) {
    WalletQueries queries = new WalletQueries(state, book);
    return switch (path) {
      case QueryPaths.ACCOUNT ->
          Queries.parsed(QueryAccountRequest.parser(), data, queries::account);
      case QueryPaths.BALANCE ->
          Queries.parsed(QueryBalanceRequest.parser(), data, queries::balance);
      case QueryPaths.ALL_BALANCES ->
          Queries.parsed(QueryAllBalancesRequest.parser(), data, queries::allBalances);
      case QueryPaths.SPENDABLE_BALANCES ->
          Queries.parsed(QuerySpendableBalancesRequest.parser(), data, queries::spendable);
      case QueryPaths.TOTAL_SUPPLY ->
          Queries.parsed(QueryTotalSupplyRequest.parser(), data, queries::totalSupply);
      case QueryPaths.SUPPLY_OF ->
          Queries.parsed(QuerySupplyOfRequest.parser(), data, queries::supplyOf);
      case QueryPaths.SIMULATE -> Queries.parsed(SimulateRequest.parser(), data, queries::simulate);
      default -> Queries.refused(Refusal.UNKNOWN_QUERY, "unknown query path: " + path);
    };
  }

  private static Answer withAddress(String text, Function<Address, Answer> answer) {
    return Address.parse(text)
        .map(answer)
        .orElseGet(() -> Queries.refused(Refusal.INVALID_ADDRESS, "'" + text + "' is no address"));
  }

  private Answer account(QueryAccountRequest request) {
    return withAddress(request.getAddress(), this::account);
  }

  private Answer account(Address address) {
    Optional<AccountState> account = state.accounts.get(address);
    if (account.isEmpty()) {
      // Clients of the Cosmos ecosystem look for exactly this text.
      return Queries.refused(
          Refusal.NOT_FOUND,
          "rpc error: code = NotFound desc = account %s not found: key not found"
              .formatted(address));
    }
    BaseAccount.Builder base =
        BaseAccount.newBuilder()
            .setAddress(address.toString())
            .setAccountNumber(account.get().getNumber())
            .setSequence(account.get().getSequence());
    ByteString key = account.get().getPublicKey();
    if (!key.isEmpty()) {
      base.setPubKey(any(PUBLIC_KEY, PubKey.newBuilder().setKey(key).build()));
    }
    return new Found(
        QueryAccountResponse.newBuilder().setAccount(any(BASE_ACCOUNT, base.build())).build());
  }

  private static Any any(String typeUrl, MessageLite message) {
    return Any.newBuilder().setTypeUrl(typeUrl).setValue(message.toByteString()).build();
  }

  private Answer balance(QueryBalanceRequest request) {
    return withAddress(
        request.getAddress(),
        address ->
            new Found(
                QueryBalanceResponse.newBuilder()
                    .setBalance(coin(request.getDenom(), state.bank.balance(address)))
                    .build()));
  }

  /** So much of our coin, and none of any other. */
  private static Coin coin(String denomination, Amount amount) {
    return denomination.equals(Denomination.NAME)
        ? Denomination.of(amount)
        : Coin.newBuilder().setDenom(denomination).setAmount("0").build();
  }

  private Answer allBalances(QueryAllBalancesRequest request) {
    return withAddress(
        request.getAddress(),
        address -> {
          List<Coin> coins = balances(address);
          return new Found(
              QueryAllBalancesResponse.newBuilder()
                  .addAllBalances(coins)
                  .setPagination(PageResponse.newBuilder().setTotal(coins.size()))
                  .build());
        });
  }

  private Answer spendable(QuerySpendableBalancesRequest request) {
    return withAddress(
        request.getAddress(),
        address -> {
          List<Coin> coins = balances(address);
          return new Found(
              QuerySpendableBalancesResponse.newBuilder()
                  .addAllBalances(coins)
                  .setPagination(PageResponse.newBuilder().setTotal(coins.size()))
                  .build());
        });
  }

  private List<Coin> balances(Address address) {
    Amount balance = state.bank.balance(address);
    return balance.isZero() ? List.of() : List.of(Denomination.of(balance));
  }

  private Amount supply() {
    Supply supply = state.supply.get();
    return new Amount(supply.getMinted() - supply.getBurned());
  }

  private Answer totalSupply(QueryTotalSupplyRequest request) {
    return new Found(
        QueryTotalSupplyResponse.newBuilder()
            .addSupply(Denomination.of(supply()))
            .setPagination(PageResponse.newBuilder().setTotal(1))
            .build());
  }

  private Answer supplyOf(QuerySupplyOfRequest request) {
    return new Found(
        QuerySupplyOfResponse.newBuilder().setAmount(coin(request.getDenom(), supply())).build());
  }

  /** Tries a transaction's messages, whoever signs, and tells its gas. */
  private Answer simulate(SimulateRequest request) {
    return switch (SimulatedTransaction.decode(request.getTxBytes().toByteArray())) {
      case Decoded.Malformed malformed ->
          Queries.refused(Refusal.MALFORMED, malformed.reason() + ": tx parse error");
      case Decoded.Readable readable -> simulate(readable.transaction());
    };
  }

  private Answer simulate(SimulatedTransaction transaction) {
    TxResult result =
        new Transactions(state.scratch(), book).run(transaction.messages(), transaction.sequence());
    if (!result.isAccepted()) {
      return new Queries.Failed(result);
    }
    SimulationResult.Builder simulation =
        SimulationResult.newBuilder()
            .setData(ByteString.copyFrom(result.data()))
            .addAllMsgResponses(
                Wire.strict(TxMsgData.parser(), result.data())
                    .map(TxMsgData::getMsgResponsesList)
                    .orElse(List.of()));
    result.events().forEach(event -> simulation.addEvents(event(event)));
    GasInfo gas =
        GasInfo.newBuilder().setGasWanted(transaction.gas()).setGasUsed(transaction.gas()).build();
    return new Found(SimulateResponse.newBuilder().setGasInfo(gas).setResult(simulation).build());
  }

  private static SimulatedEvent event(TxEvent event) {
    SimulatedEvent.Builder simulated = SimulatedEvent.newBuilder().setType(event.type());
    event
        .attributes()
        .forEach(attribute ->
            simulated.addAttributes(
                SimulatedAttribute.newBuilder()
                    .setKey(attribute.key())
                    .setValue(attribute.value())
                    .setIndex(true)));
    return simulated.build();
  }
}
