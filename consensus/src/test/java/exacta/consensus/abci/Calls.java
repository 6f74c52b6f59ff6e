package exacta.consensus.abci;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import exacta.consensus.AppState;
import exacta.consensus.abci.wire.CheckTxType;
import exacta.consensus.abci.wire.Request;
import exacta.consensus.abci.wire.RequestCheckTx;
import exacta.consensus.abci.wire.RequestCommit;
import exacta.consensus.abci.wire.RequestEcho;
import exacta.consensus.abci.wire.RequestFinalizeBlock;
import exacta.consensus.abci.wire.RequestFlush;
import exacta.consensus.abci.wire.RequestInfo;
import exacta.consensus.abci.wire.RequestInitChain;
import exacta.consensus.abci.wire.RequestPrepareProposal;
import exacta.consensus.abci.wire.RequestProcessProposal;
import exacta.consensus.abci.wire.RequestQuery;
import exacta.protocol.v1.Genesis;
import java.util.List;

/** Requests as CometBFT makes them. */
final class Calls {
  private Calls() {}

  static Request echo(String text) {
    return Request.newBuilder()
        .setEcho(RequestEcho.newBuilder().setMessage(ByteString.copyFromUtf8(text)))
        .build();
  }

  static Request flush() {
    return Request.newBuilder().setFlush(RequestFlush.getDefaultInstance()).build();
  }

  static Request info() {
    return Request.newBuilder().setInfo(RequestInfo.getDefaultInstance()).build();
  }

  static Timestamp time(long millis) {
    return Timestamp.newBuilder()
        .setSeconds(millis / 1000)
        .setNanos((int) (millis % 1000) * 1_000_000)
        .build();
  }

  static Request initChain() {
    return initChain(AppState.toJson(Money.genesis()).toString());
  }

  static Request initChain(String appState) {
    return initChain(Money.CHAIN, Money.GENESIS_MILLIS, appState);
  }

  static Request initChain(Genesis genesis) {
    String appState = AppState.toJson(genesis).toString();
    return initChain(genesis.getChainId(), genesis.getTimeMillis(), appState);
  }

  private static Request initChain(String chainId, long timeMillis, String appState) {
    return Request.newBuilder()
        .setInitChain(
            RequestInitChain.newBuilder()
                .setChainId(chainId)
                .setTime(time(timeMillis))
                .setInitialHeight(1)
                .setAppStateBytes(ByteString.copyFromUtf8(appState)))
        .build();
  }

  static Request check(byte[] transaction) {
    return check(transaction, CheckTxType.NEW);
  }

  static Request check(byte[] transaction, CheckTxType type) {
    return Request.newBuilder()
        .setCheckTx(
            RequestCheckTx.newBuilder().setTx(ByteString.copyFrom(transaction)).setType(type))
        .build();
  }

  static Request query(ByteString path, ByteString data) {
    return Request.newBuilder()
        .setQuery(RequestQuery.newBuilder().setPath(path).setData(data))
        .build();
  }

  static Request prepare(long bytesMax, List<byte[]> transactions) {
    RequestPrepareProposal.Builder request =
        RequestPrepareProposal.newBuilder().setMaxTxBytes(bytesMax);
    transactions.forEach(each -> request.addTxs(ByteString.copyFrom(each)));
    return Request.newBuilder().setPrepareProposal(request).build();
  }

  static Request process(List<byte[]> transactions) {
    RequestProcessProposal.Builder request = RequestProcessProposal.newBuilder();
    transactions.forEach(each -> request.addTxs(ByteString.copyFrom(each)));
    return Request.newBuilder().setProcessProposal(request).build();
  }

  static Request finalizeBlock(long height, List<byte[]> transactions) {
    return finalizeBlock(height, Money.GENESIS_MILLIS + height * 500, transactions);
  }

  static Request finalizeBlock(long height, long timeMillis, List<byte[]> transactions) {
    RequestFinalizeBlock.Builder request =
        RequestFinalizeBlock.newBuilder().setHeight(height).setTime(time(timeMillis));
    transactions.forEach(each -> request.addTxs(ByteString.copyFrom(each)));
    return Request.newBuilder().setFinalizeBlock(request).build();
  }

  static Request commit() {
    return Request.newBuilder().setCommit(RequestCommit.getDefaultInstance()).build();
  }
}
