package exacta.consensus.abci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import exacta.consensus.abci.wire.Request;
import exacta.consensus.abci.wire.RequestApplySnapshotChunk;
import exacta.consensus.abci.wire.RequestListSnapshots;
import exacta.consensus.abci.wire.RequestLoadSnapshotChunk;
import exacta.consensus.abci.wire.RequestOfferSnapshot;
import exacta.consensus.abci.wire.ResponseApplySnapshotChunk;
import exacta.consensus.abci.wire.ResponseApplySnapshotChunk.Result;
import exacta.consensus.abci.wire.ResponseFinalizeBlock;
import exacta.consensus.abci.wire.ResponseInfo;
import exacta.consensus.abci.wire.ResponseOfferSnapshot;
import exacta.consensus.abci.wire.Snapshot;
import exacta.primitives.Amount;
import exacta.primitives.Digest32;
import exacta.primitives.ExactaException;
import exacta.primitives.Height;
import exacta.store.SnapshotManifest;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A node that has blocks, and one that begins with its snapshot. */
@Timeout(60)
final class StateSyncTest {
  private static final Amount COIN = Amount.ofCoins(1);
  private static final String SENDER = "a-peer";

  @TempDir private Path folder;
  private LedgerNode source;
  private LedgerNode target;

  @BeforeEach
  void open() {
    source = open("source", 2, 0);
    target = open("target", 0, 0);
  }

  private LedgerNode open(String name, long interval, long blocksKept) {
    Path home = folder.resolve(name);
    return LedgerNode.open(
        home.resolve("ledger"),
        Money.APPLICATION,
        new Money.Links(),
        new RetentionSettings(home.resolve("snapshots"), interval, blocksKept));
  }

  @AfterEach
  void close() {
    source.close();
    target.close();
  }

  private void restartTarget() {
    target.close();
    target = open("target", 0, 0);
  }

  private static ByteString block(LedgerNode node, long height) throws AbciException {
    List<byte[]> transactions = List.of(Money.link(height), Money.transfer(height - 1, COIN));
    ResponseFinalizeBlock block =
        node.answer(1, Calls.finalizeBlock(height, transactions)).getFinalizeBlock();
    assertTrue(block.getTxResultsList().stream().allMatch(result -> result.getCode() == 0));
    node.answer(1, Calls.commit());
    return block.getAppHash();
  }

  private static ResponseInfo info(LedgerNode node) throws AbciException {
    return node.answer(1, Calls.info()).getInfo();
  }

  /** What a node offers, the newest first, when it has one of this height. */
  private static List<Snapshot> offered(LedgerNode node, long height) throws AbciException {
    while (true) {
      Request request =
          Request.newBuilder().setListSnapshots(RequestListSnapshots.getDefaultInstance()).build();
      List<Snapshot> snapshots = node.answer(1, request).getListSnapshots().getSnapshotsList();
      if (!snapshots.isEmpty() && snapshots.getFirst().getHeight() == height) {
        return snapshots;
      }
      Thread.onSpinWait();
    }
  }

  private static ByteString load(LedgerNode node, long height, int format, int index)
      throws AbciException {
    RequestLoadSnapshotChunk request =
        RequestLoadSnapshotChunk.newBuilder()
            .setHeight(height)
            .setFormat(format)
            .setChunk(index)
            .build();
    return node.answer(1, Request.newBuilder().setLoadSnapshotChunk(request).build())
        .getLoadSnapshotChunk()
        .getChunk();
  }

  private ResponseOfferSnapshot.Result offer(Snapshot snapshot, ByteString appHash)
      throws AbciException {
    RequestOfferSnapshot request =
        RequestOfferSnapshot.newBuilder().setSnapshot(snapshot).setAppHash(appHash).build();
    return target
        .answer(1, Request.newBuilder().setOfferSnapshot(request).build())
        .getOfferSnapshot()
        .getResult();
  }

  private ResponseApplySnapshotChunk apply(int index, ByteString chunk) throws AbciException {
    RequestApplySnapshotChunk request =
        RequestApplySnapshotChunk.newBuilder()
            .setIndex(index)
            .setChunk(chunk)
            .setSender(SENDER)
            .build();
    return target
        .answer(1, Request.newBuilder().setApplySnapshotChunk(request).build())
        .getApplySnapshotChunk();
  }

  private ByteString begin(LedgerNode node) throws AbciException {
    return node.answer(1, Calls.initChain()).getInitChain().getAppHash();
  }

  /** The source's blocks, and its snapshot of the last one. */
  private Snapshot blocks(long count) throws AbciException {
    begin(source);
    for (long height = 1; height <= count; height++) {
      block(source, height);
      if (height % 2 == 0) {
        offered(source, height);
      }
    }
    return offered(source, count).getFirst();
  }

  private void restore(Snapshot snapshot) throws AbciException {
    assertEquals(
        ResponseOfferSnapshot.Result.ACCEPT, offer(snapshot, info(source).getLastBlockAppHash()));
    for (int i = 0; i < snapshot.getChunks(); i++) {
      ByteString chunk = load(source, snapshot.getHeight(), snapshot.getFormat(), i);
      assertEquals(Result.ACCEPT, apply(i, chunk).getResult());
    }
  }

  @Test
  void aNodeThatRestoredGoesOnLikeTheOneThatHadTheBlocks() throws AbciException {
    restore(blocks(4));
    assertEquals(info(source), info(target));
    assertEquals(block(source, 5), block(target, 5));
    restartTarget();
    assertEquals(block(source, 6), block(target, 6));
    assertThrows(AbciException.class, () -> begin(target), "it is at height 6");
  }

  @Test
  void aCrashBehindTheLastChunkLosesNothing() throws AbciException {
    Snapshot snapshot = blocks(2);
    restore(snapshot);
    restartTarget();
    assertEquals(info(source), info(target));
    // CometBFT may have ended before it noted the restoration, and begins anew.
    restore(snapshot);
    assertEquals(info(source), info(target));
    assertEquals(block(source, 3), block(target, 3));
    assertEquals(
        ResponseOfferSnapshot.Result.ABORT,
        offer(snapshot, snapshot.getHash()),
        "blocks of its own are not given up");
  }

  @Test
  void aNodeKeepsItsTwoNewestSnapshots() throws AbciException {
    blocks(8);
    List<Snapshot> snapshots = offered(source, 8);
    assertEquals(List.of(8L, 6L), snapshots.stream().map(Snapshot::getHeight).toList());
    assertTrue(load(source, 4, 1, 0).isEmpty());
    assertTrue(load(source, 8, 2, 0).isEmpty());
    assertTrue(load(source, 8, 1, 1).isEmpty());
    assertTrue(load(source, -8, 1, -1).isEmpty());
    source.close();
    source = open("source", 2, 0);
    assertEquals(snapshots, offered(source, 8));
  }

  /** Rows: what is wrong, how an offer gets that way, and the answer. */
  static Stream<Arguments> badOffers() {
    return Stream.of(
        row("another format", s -> s.setFormat(2), ResponseOfferSnapshot.Result.REJECT_FORMAT),
        row("another height", s -> s.setHeight(3), ResponseOfferSnapshot.Result.REJECT),
        row("no height", s -> s.setHeight(0), ResponseOfferSnapshot.Result.REJECT),
        row("a height beyond all", s -> s.setHeight(-1), ResponseOfferSnapshot.Result.REJECT),
        row("no chunk", s -> s.setChunks(0), ResponseOfferSnapshot.Result.REJECT),
        row("more chunks than hashes", s -> s.setChunks(2), ResponseOfferSnapshot.Result.REJECT),
        row("absurdly many chunks", s -> s.setChunks(-1), ResponseOfferSnapshot.Result.REJECT),
        row(
            "another hash of a chunk",
            s -> s.setMetadata(ByteString.copyFrom(new byte[32])),
            ResponseOfferSnapshot.Result.REJECT),
        row("no hash", s -> s.setHash(ByteString.EMPTY), ResponseOfferSnapshot.Result.REJECT));
  }

  private static Arguments row(
      String what, UnaryOperator<Snapshot.Builder> change, ResponseOfferSnapshot.Result result) {
    return Arguments.of(what, change, result);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badOffers")
  void anOfferThatIsNoneIsRefused(
      String what, UnaryOperator<Snapshot.Builder> change, ResponseOfferSnapshot.Result result)
      throws AbciException {
    Snapshot snapshot = blocks(2);
    ByteString appHash = info(source).getLastBlockAppHash();
    assertEquals(result, offer(change.apply(snapshot.toBuilder()).build(), appHash), what);
    assertEquals(Result.ABORT, apply(0, ByteString.EMPTY).getResult(), "nothing was begun");
    restore(snapshot);
  }

  @Test
  void anOfferMustFitTheAppHashThatIsTrusted() throws AbciException {
    Snapshot snapshot = blocks(2);
    assertEquals(ResponseOfferSnapshot.Result.REJECT, offer(snapshot, snapshot.getHash()));
    assertEquals(ResponseOfferSnapshot.Result.REJECT, offer(snapshot, ByteString.EMPTY));
  }

  @Test
  void aBadChunkIsFetchedAgainFromSomebodyElse() throws AbciException {
    Snapshot snapshot = blocks(2);
    ByteString appHash = info(source).getLastBlockAppHash();
    assertEquals(ResponseOfferSnapshot.Result.ACCEPT, offer(snapshot, appHash));
    byte[] bad = load(source, 2, 1, 0).toByteArray();
    bad[bad.length / 2] ^= 1;
    ResponseApplySnapshotChunk answer = apply(0, ByteString.copyFrom(bad));
    assertEquals(Result.RETRY, answer.getResult());
    assertEquals(List.of(0), answer.getRefetchChunksList());
    assertEquals(List.of(SENDER), List.copyOf(answer.getRejectSendersList()));
    assertEquals(0, info(target).getLastBlockHeight());
    assertEquals(Result.ACCEPT, apply(0, load(source, 2, 1, 0)).getResult());
    assertEquals(info(source), info(target));
  }

  /** A stream of three long entries, the first of which is whole in the first chunk. */
  private static byte[] liesOfTwoChunks() {
    int value = SnapshotManifest.CHUNK_BYTES / 2;
    ByteBuffer stream = ByteBuffer.allocate(3 * (9 + value) + 12);
    for (byte key = 'a'; key <= 'c'; key++) {
      stream.putInt(1).putInt(value).put(key).put(new byte[value]);
    }
    return stream.putInt(-1).putLong(3).array();
  }

  private Snapshot lie(byte[] stream, ByteString appHash) {
    byte[] first = Arrays.copyOf(stream, SnapshotManifest.CHUNK_BYTES);
    byte[] second = Arrays.copyOfRange(stream, first.length, stream.length);
    SnapshotManifest manifest =
        new SnapshotManifest(
            new Height(2),
            Digest32.of(appHash.toByteArray()),
            List.of(SnapshotManifest.chunkHash(first), SnapshotManifest.chunkHash(second)));
    return Snapshot.newBuilder()
        .setHeight(2)
        .setFormat(SnapshotManifest.FORMAT)
        .setChunks(2)
        .setHash(ByteString.copyFrom(manifest.hash().toBytes()))
        .setMetadata(ByteString.copyFrom(manifest.metadata()))
        .build();
  }

  /** The first chunk of a snapshot that is a lie is in. */
  private byte[] halfRestored(ByteString appHash) throws AbciException {
    byte[] stream = liesOfTwoChunks();
    assertEquals(ResponseOfferSnapshot.Result.ACCEPT, offer(lie(stream, appHash), appHash));
    ByteString first = ByteString.copyFrom(stream, 0, SnapshotManifest.CHUNK_BYTES);
    assertEquals(Result.ACCEPT, apply(0, first).getResult());
    assertEquals(0, info(target).getLastBlockHeight());
    assertNotEquals(
        0,
        target
            .answer(
                1,
                Calls.query(
                    ByteString.copyFromUtf8(Money.BALANCE_PATH), Money.balanceOf(Money.POOR)))
            .getQuery()
            .getCode());
    return Arrays.copyOfRange(stream, SnapshotManifest.CHUNK_BYTES, stream.length);
  }

  @Test
  void aSnapshotWithAnotherStateIsRejectedAndAnotherOneTaken() throws AbciException {
    Snapshot snapshot = blocks(2);
    byte[] second = halfRestored(info(source).getLastBlockAppHash());
    assertEquals(Result.REJECT_SNAPSHOT, apply(1, ByteString.copyFrom(second)).getResult());
    assertEquals(Result.ABORT, apply(1, ByteString.copyFrom(second)).getResult());
    assertEquals(0, info(target).getLastBlockHeight());
    restore(snapshot);
    assertEquals(info(source), info(target));
    assertEquals(block(source, 3), block(target, 3));
  }

  @Test
  void aChunkOutOfTurnBeginsAnew() throws AbciException {
    Snapshot snapshot = blocks(2);
    byte[] second = halfRestored(info(source).getLastBlockAppHash());
    assertEquals(Result.RETRY_SNAPSHOT, apply(0, ByteString.copyFrom(second)).getResult());
    restore(snapshot);
    assertEquals(info(source), info(target));
  }

  @Test
  void aGenesisBehindARestorationThatWasGivenUpBeginsFromNothing() throws AbciException {
    Snapshot snapshot = blocks(2);
    halfRestored(info(source).getLastBlockAppHash());
    ByteString genesis = begin(target);
    assertEquals(genesis, begin(target), "it may be asked again");
    for (long height = 1; height <= 2; height++) {
      block(target, height);
    }
    assertEquals(info(source), info(target));
    assertEquals(2, snapshot.getHeight());
  }

  @Test
  void aCrashInTheMiddleLeavesAnEmptyLedger() throws AbciException {
    Snapshot snapshot = blocks(2);
    halfRestored(info(source).getLastBlockAppHash());
    restartTarget();
    assertEquals(0, info(target).getLastBlockHeight());
    assertEquals(Result.ABORT, apply(1, ByteString.EMPTY).getResult());
    restore(snapshot);
    assertEquals(info(source), info(target));
  }

  @Test
  void aLedgerOfAGenesisOnlyMayStillBeginWithASnapshot() throws AbciException {
    Snapshot snapshot = blocks(2);
    begin(target);
    target.answer(1, Calls.finalizeBlock(1, List.of()));
    restore(snapshot);
    assertThrows(AbciException.class, () -> target.answer(1, Calls.commit()));
    assertEquals(block(source, 3), block(target, 3));
  }

  @Test
  void blocksAreKeptAsLongAsWasSaid() {
    assertEquals(0, settings(10, 0).retainHeight(5_000));
    assertEquals(0, settings(10, 100).retainHeight(99));
    assertEquals(1, settings(10, 100).retainHeight(100));
    assertEquals(4_901, settings(10, 100).retainHeight(5_000));
    assertThrows(ExactaException.class, () -> settings(-1, 0));
    assertThrows(ExactaException.class, () -> settings(0, 99));
    assertThrows(ExactaException.class, () -> settings(1_000, 2_999));
    assertEquals(1, settings(1_000, 3_000).retainHeight(3_000));
  }

  private RetentionSettings settings(long interval, long blocksKept) {
    return new RetentionSettings(folder, interval, blocksKept);
  }
}
