package exacta.gateway;

import com.google.protobuf.ByteString;
import exacta.chainclient.ChainClient;
import exacta.chainclient.Sender;
import exacta.chainclient.TransactionOutcome;
import exacta.crypto.Address;
import exacta.crypto.PrivateKey;
import exacta.crypto.PublicKey;
import exacta.primitives.Amount;
import exacta.primitives.Digest32;
import exacta.primitives.ExactaException;
import exacta.protocol.Message;
import exacta.protocol.v1.LaneCap;
import exacta.protocol.v1.MsgOpenSession;
import exacta.protocol.v1.MsgTopUpSession;
import exacta.protocol.v1.QueryNetworkResponse;
import exacta.protocol.v1.SessionRecord;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** The chain for one developer's account, over its RPC. */
final class DeveloperChain implements ChainPort {
  private final ChainClient chain;
  private final Sender sender;
  private final int openOrdersMax;

  DeveloperChain(ChainClient chain, PrivateKey account) {
    this.chain = chain;
    this.sender = new Sender(chain, account);
    this.openOrdersMax = chain.parameters().getOpenOrdersMax();
  }

  @Override
  public String chainId() {
    return chain.chainId();
  }

  @Override
  public int openOrdersMax() {
    return openOrdersMax;
  }

  @Override
  public MarketView market() {
    QueryNetworkResponse network = chain.network();
    return new MarketView(
        network.getHeight(),
        network.getEpoch(),
        chain.hosts().getHostsList().stream().map(Seller::of).flatMap(Optional::stream).toList(),
        chain.models().getModelsList().stream()
            .map(Listing::of)
            .flatMap(Optional::stream)
            .toList());
  }

  @Override
  public List<SessionRecord> sessions() {
    return chain.sessions(sender.address());
  }

  @Override
  public Amount balance() {
    return chain.balance(sender.address());
  }

  @Override
  public void openSession(PublicKey sessionKey, long lastEpoch, SortedMap<Address, Amount> lanes) {
    MsgOpenSession.Builder message =
        MsgOpenSession.newBuilder()
            .setDeveloper(sender.address().toString())
            .setSessionKey(ByteString.copyFrom(sessionKey.toBytes()))
            .setLastEpoch(lastEpoch);
    lanes.forEach((host, amount) -> message.addLanes(cap(host, amount)));
    send("open a session", new Message.OpenSession(message.build()));
  }

  @Override
  public void topUp(Digest32 session, SortedMap<Address, Amount> lanes) {
    MsgTopUpSession.Builder message =
        MsgTopUpSession.newBuilder()
            .setDeveloper(sender.address().toString())
            .setSession(ByteString.copyFrom(session.toBytes()));
    lanes.forEach((host, amount) -> message.addLanes(cap(host, amount)));
    send("fill lanes", new Message.TopUpSession(message.build()));
  }

  private static LaneCap cap(Address host, Amount amount) {
    return LaneCap.newBuilder().setHost(host.toString()).setAmount(amount.nanoCoins()).build();
  }

  private void send(String purpose, Message message) {
    TransactionOutcome outcome = sender.send(message);
    if (!outcome.isSuccess()) {
      throw ExactaException.error("the gateway could not %s: %s".formatted(purpose, outcome));
    }
  }

  @Override
  public void awaitBlockAfter(long height, Duration most) {
    chain.awaitHeight(height + 1, most);
  }
}
