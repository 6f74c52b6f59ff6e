package exacta.consensus;

import exacta.consensus.RpcException.Kind;
import exacta.primitives.Height;
import exacta.web.WebSocketListener;
import exacta.web.WebSocketPeer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * One client of the RPC over a WebSocket: all methods, and subscriptions to what blocks bring. It
 * follows the chain by itself, so that one who reads slowly delays nobody and finds the blocks on
 * disk; one who reads too slowly is dropped by the socket. Spec: wallets.md#events.
 */
final class RpcSocket implements WebSocketListener {
  /** Subscriptions of one client. */
  static final int SUBSCRIPTIONS_MAX = 16;

  /** Clients that are subscribed to anything. */
  static final int SUBSCRIBERS_MAX = 100;

  /**
   * What a client wants to hear.
   *
   * @param id of the request; the events carry it, too
   */
  private record Wish(JsonNode id, String text, EventQuery query) {}

  /**
   * A wish that holds.
   *
   * @param first the first height that was not there when it was agreed on
   */
  private record Agreed(Wish wish, Height first) {}

  private final EmbeddedChain chain;
  private final WebSocketPeer peer;
  private final Semaphore subscribers;
  private final JsonRpc rpc;

  /** Events, and the answers between them, are queued under it. */
  private final ReentrantLock lock = new ReentrantLock();

  private final Map<String, Agreed> agreed = new LinkedHashMap<>();

  /** Holds from the moment in which its answer is queued: no event comes before that. */
  private Optional<Wish> wish = Optional.empty();

  private Optional<Subscription> blocks = Optional.empty();

  /**
   * @param methods those that it has in common with other ways to ask
   * @param subscribers a permit for each client that may be subscribed
   */
  RpcSocket(EmbeddedChain chain, RpcMethods methods, Semaphore subscribers, WebSocketPeer peer) {
    this.chain = chain;
    this.peer = peer;
    this.subscribers = subscribers;
    RpcMethods all = methods.copy();
    all.addWithId("subscribe", List.of("query"), this::subscribe);
    all.add("unsubscribe", List.of("query"), this::unsubscribe);
    all.add("unsubscribe_all", List.of(), arguments -> unsubscribeAll());
    rpc = new JsonRpc(all);
  }

  @Override
  public void text(byte[] utf8) {
    Optional<JsonNode> answer = rpc.answerMessage(utf8);
    lock.lock();
    try {
      answer.ifPresent(body -> peer.send(RpcJson.MAPPER.writeValueAsBytes(body)));
      wish.ifPresent(this::agree);
      wish = Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  private void agree(Wish kept) {
    Height next = chain.status().latest().height().plus(1);
    agreed.put(kept.text(), new Agreed(kept, next));
    if (blocks.isEmpty()) {
      blocks = Optional.of(chain.follow(next, this::tell));
    }
  }

  private ObjectNode subscribe(JsonNode id, RpcArguments arguments) throws RpcException {
    String text = RpcArguments.required("query", arguments.text("query"));
    EventQuery query = EventQuery.parse(text);
    lock.lock();
    try {
      if (agreed.containsKey(text)) {
        throw new RpcException(Kind.INTERNAL_ERROR, "already subscribed");
      }
      if (agreed.size() == SUBSCRIPTIONS_MAX) {
        throw new RpcException(
            Kind.INTERNAL_ERROR,
            "max_subscriptions_per_client %d reached".formatted(SUBSCRIPTIONS_MAX));
      }
      if (agreed.isEmpty() && !subscribers.tryAcquire()) {
        throw new RpcException(
            Kind.INTERNAL_ERROR, "max_subscription_clients %d reached".formatted(SUBSCRIBERS_MAX));
      }
      wish = Optional.of(new Wish(id, text, query));
      return RpcJson.object();
    } finally {
      lock.unlock();
    }
  }

  private ObjectNode unsubscribe(RpcArguments arguments) throws RpcException {
    String text = RpcArguments.required("query", arguments.text("query"));
    lock.lock();
    try {
      if (agreed.remove(text) == null) {
        throw new RpcException(Kind.INTERNAL_ERROR, "subscription not found");
      }
      if (agreed.isEmpty()) {
        release();
      }
      return RpcJson.object();
    } finally {
      lock.unlock();
    }
  }

  private ObjectNode unsubscribeAll() throws RpcException {
    lock.lock();
    try {
      if (agreed.isEmpty()) {
        throw new RpcException(Kind.INTERNAL_ERROR, "subscription not found");
      }
      agreed.clear();
      release();
      return RpcJson.object();
    } finally {
      lock.unlock();
    }
  }

  private void release() {
    blocks.ifPresent(Subscription::close);
    blocks = Optional.empty();
    subscribers.release();
  }

  /** Called for one block after the other, on the thread that follows the chain. */
  private void tell(CommittedBlock block) {
    List<ChainEvent> events = ChainEvent.of(chain.comet(), block);
    lock.lock();
    try {
      for (ChainEvent event : events) {
        for (Agreed subscription : agreed.values()) {
          if (subscription.first().compareTo(block.header().height()) <= 0
              && subscription.wish().query().matches(event.attributes())
              && !tell(subscription.wish(), event)) {
            return;
          }
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean tell(Wish wanted, ChainEvent event) {
    ObjectNode message = JsonRpc.result(wanted.id(), event.toJson(wanted.text()));
    return peer.send(RpcJson.MAPPER.writeValueAsBytes(message));
  }

  @Override
  public void closed() {
    lock.lock();
    try {
      if (!agreed.isEmpty()) {
        agreed.clear();
        release();
      }
    } finally {
      lock.unlock();
    }
  }
}
