package exacta.host;

import exacta.crypto.Address;
import exacta.crypto.PrivateKey;
import java.util.List;

/**
 * One host: sells what it announced on the chain, takes part in Sprints, settles, audits. It serves
 * when {@link #start} returns, and goes on through failures of the chain and of other hosts.
 */
public final class Host implements AutoCloseable {
  private final Address address;
  private final HostServer server;
  private final DutyLoop duties;
  private final Peers peers;
  private final LaneBook book;
  private final Slots slots;
  private final OpenAnswers open;

  private Host(
      Address address,
      HostServer server,
      DutyLoop duties,
      Peers peers,
      LaneBook book,
      Slots slots,
      OpenAnswers open) {
    this.address = address;
    this.server = server;
    this.duties = duties;
    this.peers = peers;
    this.book = book;
    this.slots = slots;
    this.open = open;
  }

  /** An honest host. */
  public static Host start(
      HostSettings settings, HostChain chain, PrivateKey key, HostCompute compute, HostLog log) {
    return start(
        settings, chain, key, compute, NonceWork.HONEST, AnswerWork.honest(compute.batcher()), log);
  }

  /**
   * Opens its books, then its port. The chain and what it computes with are not closed with it.
   *
   * @param key of the host's account
   * @throws exacta.primitives.ExactaException if the port is taken, the disk fails, or the chain
   *     cannot be reached
   */
  public static Host start(
      HostSettings settings,
      HostChain chain,
      PrivateKey key,
      HostCompute compute,
      NonceWork nonceWork,
      AnswerWork answerWork,
      HostLog log) {
    Address me = key.address();
    ChainView view = new ChainView(chain);
    OpenAnswers open = new OpenAnswers();
    LaneBook book = LaneBook.open(settings.home().resolve("lanes"));
    SprintBook sprints = new SprintBook(settings.home().resolve("sprints"));
    ReceiptShelf shelf = new ReceiptShelf(settings.home().resolve("challenged"));
    Peers peers = new Peers(view, key);
    Slots slots = new Slots(settings.runningMax(), settings.queuedMax());
    AnswerRun.Desk desk =
        new AnswerRun.Desk(
            answerWork,
            book,
            new ReceiptSigner(key),
            view.parameters().getPartialTokens(),
            open,
            log);
    OrderVerifier verifier = new OrderVerifier(me, compute.model(), view, new SessionCache(view));
    int openMax = view.parameters().getOpenOrdersMax();
    HostServer server;
    try {
      server =
          HostServer.start(
              settings,
              new OrderEndpoint(verifier, slots, desk, openMax, settings.predecessorWait()),
              new AuditEndpoint(me, view, sprints, new ReceiptShows(me, view, book, shelf)),
              new InfoEndpoint(me, compute.model(), view, slots),
              log);
    } catch (RuntimeException e) {
      book.close();
      peers.close();
      throw e;
    }
    List<Duty.Source> sources =
        List.of(
            new SprintRunner(me, compute, nonceWork, view, sprints, log),
            new SprintAuditor(me, compute, view, peers, log),
            new Settler(me, view, book, log),
            new ReceiptAuditor(me, compute, view, peers, shelf, log),
            new Juror(me, compute, view, peers, log),
            new LanePruner(me, view, book));
    DutyLoop duties = new DutyLoop(view, sources, log);
    duties.start();
    log.serving(me, server.port());
    return new Host(me, server, duties, peers, book, slots, open);
  }

  public Address address() {
    return address;
  }

  /** Where it listens. */
  public int port() {
    return server.port();
  }

  /** Answers that are computed now. */
  public int runningRequests() {
    return slots.running();
  }

  /** Cuts what is being answered, with a receipt for it, and stops. */
  @Override
  public void close() {
    open.close();
    duties.close();
    server.close();
    peers.close();
    book.close();
  }
}
