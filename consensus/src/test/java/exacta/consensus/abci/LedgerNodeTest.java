package exacta.consensus.abci;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import exacta.consensus.AppState;
import exacta.consensus.CommittedBlock;
import exacta.consensus.EmbeddedChain;
import exacta.consensus.GetTx;
import exacta.consensus.IncludedTransaction;
import exacta.consensus.Proposer;
import exacta.consensus.SequencerSettings;
import exacta.consensus.abci.wire.CheckTxType;
import exacta.consensus.abci.wire.Request;
import exacta.consensus.abci.wire.Response;
import exacta.consensus.abci.wire.ResponseCheckTx;
import exacta.consensus.abci.wire.ResponseFinalizeBlock;
import exacta.consensus.abci.wire.ResponseInfo;
import exacta.consensus.abci.wire.ResponseProcessProposal.ProposalStatus;
import exacta.consensus.abci.wire.ResponseQuery;
import exacta.ledger.Refusal;
import exacta.primitives.Amount;
import exacta.primitives.Clock;
import exacta.primitives.Digest32;
import exacta.primitives.ExactaException;
import exacta.primitives.Height;
import exacta.protocol.QueryPaths;
import exacta.protocol.cosmos.bank.QueryBalanceResponse;
import exacta.protocol.cosmos.tx.GetTxRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The calls of ABCI in the order in which CometBFT makes them, and in others. */
final class LedgerNodeTest {
  private static final Amount COIN = Amount.ofCoins(1);
  private static final int WRONG_SEQUENCE = 32;

  @TempDir private Path folder;
  private LedgerNode node;

  @BeforeEach
  void open() {
    node = LedgerNode.open(folder.resolve("ledger"), Money.APPLICATION, new Money.Links());
  }

  @AfterEach
  void close() {
    node.close();
  }

  /** As kill -9 and a new start: what was not committed is forgotten. */
  private void restart() {
    node.close();
    open();
  }

  private Response call(Request request) throws AbciException {
    return node.answer(1, request);
  }

  private ByteString begin() throws AbciException {
    return call(Calls.initChain()).getInitChain().getAppHash();
  }

  private ResponseFinalizeBlock block(long height, byte[]... transactions) throws AbciException {
    ResponseFinalizeBlock block =
        call(Calls.finalizeBlock(height, List.of(transactions))).getFinalizeBlock();
    call(Calls.commit());
    return block;
  }

  private ResponseInfo info() throws AbciException {
    return call(Calls.info()).getInfo();
  }

  private Amount balance() throws AbciException {
    ByteString path = ByteString.copyFromUtf8(Money.BALANCE_PATH);
    ResponseQuery answer = call(Calls.query(path, Money.balanceOf(Money.POOR))).getQuery();
    assertEquals(0, answer.getCode(), answer.getLog());
    try {
      return Amount.ofNano(
          Long.parseLong(
              QueryBalanceResponse.parseFrom(answer.getValue()).getBalance().getAmount()));
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private int check(byte[] transaction) throws AbciException {
    return call(Calls.check(transaction)).getCheckTx().getCode();
  }

  @Test
  void anEmptyLedgerHasNeitherHeightNorHash() throws AbciException {
    assertEquals(0, info().getLastBlockHeight());
    assertTrue(info().getLastBlockAppHash().isEmpty());
    begin();
    assertEquals(0, info().getLastBlockHeight(), "the state of genesis is no block");
    assertTrue(info().getLastBlockAppHash().isEmpty());
  }

  /** With a single fee one could keep everybody else out. */
  @Test
  void noSignerFillsThePool() throws AbciException {
    begin();
    for (int i = 0; i < TransactionChecks.SIGNER_COUNT_MAX; i++) {
      assertEquals(0, check(Money.transfer(i, COIN)));
    }
    assertEquals(
        Refusal.MEMPOOL_FULL.code(),
        check(Money.transfer(TransactionChecks.SIGNER_COUNT_MAX, COIN)));
    block(1, Money.link(1));
    assertEquals(0, check(Money.transfer(0, COIN)), "CometBFT asks again for what waits");
  }

  @Test
  void aBlockTakesEffectWithItsCommit() throws AbciException {
    ByteString genesisHash = begin();
    assertEquals(32, genesisHash.size());
    Amount before = balance();
    ResponseFinalizeBlock block =
        call(Calls.finalizeBlock(1, List.of(Money.link(1), Money.transfer(0, COIN))))
            .getFinalizeBlock();
    assertEquals(2, block.getTxResultsCount());
    assertEquals(0, block.getTxResults(0).getCode(), block.getTxResults(0).getLog());
    assertEquals(0, block.getTxResults(1).getCode(), block.getTxResults(1).getLog());
    assertNotEquals(genesisHash, block.getAppHash());
    assertEquals(before, balance(), "queries see the last committed state");
    assertEquals(0, info().getLastBlockHeight());
    call(Calls.commit());
    assertEquals(before.plus(COIN), balance());
    assertEquals(1, info().getLastBlockHeight());
    assertEquals(block.getAppHash(), info().getLastBlockAppHash());
  }

  @Test
  void aCrashBetweenFinalizeBlockAndCommitChangesNothing() throws AbciException {
    begin();
    ByteString first = block(1, Money.link(1)).getAppHash();
    byte[][] second = {Money.link(2), Money.transfer(0, COIN)};
    ByteString lost = call(Calls.finalizeBlock(2, List.of(second))).getFinalizeBlock().getAppHash();
    restart();
    assertEquals(1, info().getLastBlockHeight());
    assertEquals(first, info().getLastBlockAppHash());
    assertEquals(lost, block(2, second).getAppHash(), "the replay gives the same hash");
    restart();
    assertEquals(lost, info().getLastBlockAppHash());
  }

  @Test
  void aCrashBeforeTheFirstBlockBeginsAgain() throws AbciException {
    ByteString hash = begin();
    restart();
    assertEquals(hash, begin());
    ExactaException other =
        assertThrows(
            ExactaException.class,
            () ->
                call(
                    Calls.initChain(
                        AppState.toJson(Money.genesis().toBuilder().clearPool().build())
                            .toString())));
    assertTrue(other.getMessage().contains("another genesis"), other.getMessage());
  }

  @Test
  void callsInAWrongOrderAreRefused() throws AbciException {
    assertThrows(AbciException.class, () -> call(Calls.finalizeBlock(1, List.of())));
    assertThrows(AbciException.class, () -> call(Calls.commit()));
    begin();
    assertThrows(AbciException.class, () -> call(Calls.finalizeBlock(2, List.of())));
    block(1);
    assertThrows(AbciException.class, () -> call(Calls.finalizeBlock(1, List.of())));
    assertThrows(AbciException.class, () -> call(Calls.commit()), "a block is committed once");
    assertThrows(AbciException.class, this::begin);
    assertEquals(1, info().getLastBlockHeight());
  }

  @Test
  void anOlderConnectionNoLongerDrivesBlocks() throws AbciException {
    begin();
    node.answer(2, Calls.finalizeBlock(1, List.of()));
    Request commit = Calls.commit();
    assertThrows(AbciException.class, () -> node.answer(1, commit));
    node.answer(2, commit);
    assertEquals(1, info().getLastBlockHeight());
  }

  @Test
  void aGenesisThatIsNoneNamesThePlace() {
    ExactaException unknown =
        assertThrows(ExactaException.class, () -> call(Calls.initChain("{\"acounts\": []}")));
    assertTrue(unknown.getMessage().contains("app_state.acounts"), unknown.getMessage());
    ExactaException number =
        assertThrows(
            ExactaException.class,
            () -> call(Calls.initChain("{\"accounts\": [{\"balance\": 5}]}")));
    assertTrue(number.getMessage().contains("app_state.accounts[0].balance"), number.getMessage());
    assertThrows(ExactaException.class, () -> call(Calls.initChain("not json")));
    assertThrows(ExactaException.class, () -> call(Calls.initChain("{\"chain_id\": \"x\"}")));
  }

  @Test
  void checksCountWhatWaitsUntilTheNextBlock() throws AbciException {
    begin();
    byte[] first = Money.transfer(0, COIN);
    byte[] second = Money.transfer(1, COIN);
    assertEquals(WRONG_SEQUENCE, check(second));
    assertEquals(0, check(first));
    assertEquals(0, check(second));
    block(1, first);
    ResponseCheckTx again = call(Calls.check(second, CheckTxType.RECHECK)).getCheckTx();
    assertEquals(0, again.getCode(), again.getLog());
    assertEquals(WRONG_SEQUENCE, check(first), "it took effect");
    assertEquals(0, check(Money.transfer(2, COIN)), "the second one waits before it");
  }

  @Test
  void aProposalBeginsWithTheOwnLinkAndKeepsWithinItsBytes() throws AbciException {
    begin();
    List<byte[]> transactions = List.of(Money.transfer(0, COIN), Money.transfer(1, COIN));
    List<ByteString> all =
        call(Calls.prepare(1 << 20, transactions)).getPrepareProposal().getTxsList();
    assertEquals(3, all.size());
    assertArrayEquals(Money.link(1), all.getFirst().toByteArray());
    assertArrayEquals(transactions.get(1), all.getLast().toByteArray());
    long exact = all.stream().mapToLong(LedgerNodeTest::blockBytes).sum();
    assertEquals(3, call(Calls.prepare(exact, transactions)).getPrepareProposal().getTxsCount());
    assertEquals(
        2, call(Calls.prepare(exact - 1, transactions)).getPrepareProposal().getTxsCount());
    assertEquals(0, call(Calls.prepare(0, transactions)).getPrepareProposal().getTxsCount());
  }

  /** Tag, length and bytes of a repeated field, as CometBFT counts. */
  private static long blockBytes(ByteString transaction) {
    return 1 + (transaction.size() < 128 ? 1 : 2) + transaction.size();
  }

  private ProposalStatus process(byte[]... transactions) throws AbciException {
    return call(Calls.process(List.of(transactions))).getProcessProposal().getStatus();
  }

  @Test
  void aProposalHasTheNextLinkFirstOrNone() throws AbciException {
    begin();
    byte[] transfer = Money.transfer(0, COIN);
    assertEquals(ProposalStatus.ACCEPT, process());
    assertEquals(ProposalStatus.ACCEPT, process(transfer));
    assertEquals(ProposalStatus.ACCEPT, process(Money.link(1), transfer));
    assertEquals(ProposalStatus.REJECT, process(Money.link(2), transfer));
    assertEquals(ProposalStatus.REJECT, process(transfer, Money.link(1)));
    assertEquals(ProposalStatus.REJECT, process(Money.link(1), Money.link(1)));
    block(1, transfer);
    assertEquals(
        ProposalStatus.ACCEPT, process(Money.link(1)), "who left a link out goes on with it");
  }

  @Test
  void anHonestProposalIsAccepted() throws AbciException {
    begin();
    for (long height = 1; height <= 5; height++) {
      List<byte[]> proposal =
          call(Calls.prepare(1 << 20, List.of(Money.transfer(height - 1, COIN))))
              .getPrepareProposal()
              .getTxsList()
              .stream()
              .map(ByteString::toByteArray)
              .toList();
      byte[][] transactions = proposal.toArray(byte[][]::new);
      assertEquals(ProposalStatus.ACCEPT, process(transactions));
      ResponseFinalizeBlock block = block(height, transactions);
      assertTrue(block.getTxResultsList().stream().allMatch(result -> result.getCode() == 0));
    }
  }

  @Test
  void queriesAndChecksAnswerWhateverComes() throws AbciException {
    List<byte[]> nonsense =
        List.of(new byte[0], new byte[] {-1, -2, 0}, new byte[4096], Money.link(1));
    for (int round = 0; round < 2; round++) {
      for (byte[] bytes : nonsense) {
        ByteString packed = ByteString.copyFrom(bytes);
        assertNotEquals(0, check(bytes));
        assertNotEquals(0, call(Calls.query(packed, packed)).getQuery().getCode());
        ByteString path = ByteString.copyFromUtf8(Money.BALANCE_PATH);
        assertNotEquals(0, call(Calls.query(path, packed)).getQuery().getCode());
      }
      if (round == 0) {
        begin();
      }
    }
  }

  @Test
  void aFailureInsideOfAQueryOrACheckIsACode() throws AbciException {
    begin();
    node.close();
    Response query = call(Calls.query(ByteString.EMPTY, ByteString.EMPTY));
    assertEquals(Failures.INTERNAL, query.getQuery().getCode());
    assertEquals(Failures.INTERNAL, check(Money.transfer(0, COIN)));
    open();
  }

  /** Point 7 of the issue: the chain replayed from its genesis gives the same app hashes. */
  @Test
  void bothModesGiveTheSameStates() throws InterruptedException, AbciException {
    List<CommittedBlock> blocks = new ArrayList<>();
    int count = 130; // past the end of an epoch
    try (EmbeddedChain chain =
        EmbeddedChain.start(
            folder.resolve("embedded"),
            Money.genesis(),
            Money.APPLICATION,
            new Proposer(
                new byte[Proposer.KEY_BYTES], height -> Money.link(height.value()), Clock.SYSTEM),
            SequencerSettings.ofInterval(Duration.ZERO))) {
      for (int i = 0; i < 20; i++) {
        chain.broadcast(Money.transfer(i, COIN));
      }
      assertTrue(chain.awaitBlock(new Height(count), Duration.ofSeconds(60)));
      for (long height = 1; height <= count; height++) {
        blocks.add(chain.block(new Height(height)).orElseThrow());
      }
    }
    begin();
    int applied = 0;
    for (CommittedBlock block : blocks) {
      long height = block.header().height().value();
      ByteString hash =
          call(Calls.finalizeBlock(height, block.header().timeMillis(), block.transactions()))
              .getFinalizeBlock()
              .getAppHash();
      assertTrue(Arrays.equals(block.header().stateAfter().toBytes(), hash.toByteArray()));
      call(Calls.commit());
      applied += block.transactions().size();
    }
    assertEquals(count + 20, applied);
  }

  /** It keeps no blocks: who has them must be named. */
  @Test
  void aQueryForATransactionIsAnsweredByWhoHasTheBlocks() throws AbciException {
    begin();
    block(1);
    byte[] asked = GetTxRequest.newBuilder().setHash("00".repeat(32)).build().toByteArray();
    ByteString path = ByteString.copyFromUtf8(QueryPaths.GET_TX);
    assertEquals(6, call(Calls.query(path, ByteString.copyFrom(asked))).getQuery().getCode());
    node.findTransactionsIn(
        new GetTx.Blocks() {
          @Override
          public Optional<IncludedTransaction> transaction(Digest32 hash) {
            return Optional.empty();
          }

          @Override
          public long timeMillis(IncludedTransaction transaction) {
            throw new AssertionError("there is none");
          }
        });
    assertEquals(22, call(Calls.query(path, ByteString.copyFrom(asked))).getQuery().getCode());
    assertEquals(22, node.query(QueryPaths.GET_TX, asked).code());
  }
}
