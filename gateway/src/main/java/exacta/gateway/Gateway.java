package exacta.gateway;

import exacta.chainclient.ChainClient;
import exacta.crypto.Address;
import exacta.crypto.PrivateKey;
import exacta.crypto.SystemEntropy;
import exacta.primitives.Clock;
import exacta.primitives.Digest32;
import exacta.primitives.Entropy;
import exacta.primitives.ExactaException;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.HttpService;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A gateway: takes requests in the form of OpenAI's API, buys the answers from hosts with a session
 * of its own, and keeps the money for it in order. Safe for several threads. Spec: gateway.md.
 */
public final class Gateway implements AutoCloseable {
  private static final Duration BLOCK_WAIT_MAX = Duration.ofSeconds(5);
  private static final long TROUBLE_WAIT_MILLIS = 1000;
  private static final long LOOSE_ENDS_STEP_MILLIS = 2000;
  private static final long PATIENCE_STEP_MILLIS = 200;

  private final SessionKeeper keeper;
  private final HostStanding standing;
  private final HostLink link;
  private final LooseEnds looseEnds;
  private final Patience patience;
  private final RequestPreparer preparer;
  private final AnswerRunner runner;
  private final GatewayLog log;
  private final ApiServer server;
  private final CountDownLatch closing = new CountDownLatch(1);

  private Gateway(
      GatewaySettings settings,
      ChainPort chain,
      Clock clock,
      Entropy entropy,
      RecentRequests recent,
      List<HttpService> pages) {
    log = new GatewayLog();
    keeper = new SessionKeeper(chain, settings, entropy, log);
    patience = new Patience(clock);
    link = new HostLink(patience);
    standing = new HostStanding(clock);
    looseEnds = new LooseEnds(link, standing, log);
    ModelCards cards = new ModelCards(link, standing, log);
    preparer = new RequestPreparer(keeper, cards, entropy, settings.answerTokensDefault());
    Purchase.Tools tools =
        new Purchase.Tools(
            chain.chainId(),
            keeper,
            new LaneChooser(standing, chain.openOrdersMax()),
            standing,
            link,
            looseEnds,
            new AnswerRunner.Limits(settings.firstTokenMax(), settings.nextTokenMax()),
            log);
    runner = new AnswerRunner(tools, recent, clock);
    AnswerService.Tools shared =
        new AnswerService.Tools(
            new RequestBody(clock),
            preparer,
            runner,
            patience,
            new Semaphore(settings.requestsMax()),
            clock,
            entropy);
    ApiGuard guard = new ApiGuard(new ApiKeys(settings.apiKeys()), log);
    ModelService models = new ModelService(keeper, guard, clock.millis() / 1000);
    server = ApiServer.start(settings, routing -> route(routing, shared, guard, models, pages));
  }

  private void route(
      HttpRouting.Builder routing,
      AnswerService.Tools tools,
      ApiGuard guard,
      ModelService models,
      List<HttpService> pages) {
    routing
        .register(
            "/v1/chat/completions",
            new AnswerService(tools, guard, ChatFields::read, new ChatFormat()))
        .register(
            "/v1/completions",
            new AnswerService(tools, guard, CompletionFields::read, new CompletionFormat()))
        .register("/v1/models", models)
        .register("/health", new HealthService(keeper, guard))
        .any("/v1/*", guard.unknownUrl());
    pages.forEach(page -> routing.register("/", page));
    routing.any("/*", guard.unknownUrl());
  }

  /**
   * Starts a gateway that pays from this account. It opens its session in the background; see
   * {@link #isReady}.
   *
   * @param chain stays open when the gateway is closed
   * @param recent takes every request that ends
   * @param pages further services of the same port, for what lies outside of {@code /v1}
   * @throws ExactaException if the port is taken, the chain does not answer, or the home cannot be
   *     used
   */
  public static Gateway start(
      GatewaySettings settings,
      PrivateKey account,
      ChainClient chain,
      RecentRequests recent,
      HttpService... pages) {
    Gateway gateway =
        new Gateway(
            settings,
            new DeveloperChain(chain, account),
            Clock.STEADY,
            new SystemEntropy(),
            recent,
            List.of(pages));
    gateway.startThreads();
    return gateway;
  }

  /** Starts one whose keeper and patience are moved by hand. */
  static Gateway startStill(
      GatewaySettings settings,
      ChainPort chain,
      Clock clock,
      Entropy entropy,
      RecentRequests recent,
      HttpService... pages) {
    return new Gateway(settings, chain, clock, entropy, recent, List.of(pages));
  }

  private void startThreads() {
    Thread.ofVirtual().name("gateway-keeper").start(this::keep);
    Thread.ofVirtual().name("gateway-patience").start(this::losePatience);
    Thread.ofVirtual().name("gateway-loose-ends").start(this::tieLooseEnds);
  }

  private void keep() {
    while (closing.getCount() > 0) {
      try {
        keeper.refresh(BLOCK_WAIT_MAX);
      } catch (ExactaException e) {
        log.trouble(e.getMessage());
        awaitClosing(TROUBLE_WAIT_MILLIS);
      } catch (RuntimeException | Error e) {
        log.bug(e); // without its keeper a gateway answers nobody
        awaitClosing(TROUBLE_WAIT_MILLIS);
      }
    }
  }

  private void losePatience() {
    while (!awaitClosing(PATIENCE_STEP_MILLIS)) {
      patience.check();
    }
  }

  private void tieLooseEnds() {
    while (!awaitClosing(LOOSE_ENDS_STEP_MILLIS)) {
      try {
        looseEnds.tend();
      } catch (ExactaException e) {
        log.trouble(e.getMessage());
      } catch (RuntimeException | AssertionError e) {
        log.bug(e);
      }
    }
  }

  private boolean awaitClosing(long millis) {
    try {
      return closing.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /** Asks as a client would, and waits for the answer. */
  public Reply ask(Question question) {
    try {
      AnswerJob job = preparer.prepare(question.request());
      AnswerBuffer buffer = new AnswerBuffer();
      AnswerRunner.Run run = runner.run(job, buffer);
      return switch (run.outcome()) {
        case Outcome.Answered _ -> new Reply.Answered(buffer.whole().text(), run.request());
        case Outcome.NobodyLeft nobody -> new Reply.Failed(nobody.reason());
        case Outcome.ModelFailed _ -> new Reply.Failed(ApiException.modelFailed().getMessage());
        case Outcome.Abandoned _ -> throw new AssertionError("a buffer does not go away");
      };
    } catch (ApiException | ExactaException e) {
      return new Reply.Failed(e.getMessage());
    }
  }

  /** Whether there is a session with lanes, so that requests can be served. */
  public boolean isReady() {
    return keeper.session().map(session -> !session.lanes().isEmpty()).orElse(false);
  }

  /**
   * What the orders of a lane from one number to the one before another cost together, in ngonka;
   * empty if the books do not say. So a sampled coin can be traced to its order.
   */
  public OptionalLong costBetween(Digest32 session, Address host, long from, long to) {
    return keeper.costBetween(session, host, from, to);
  }

  public int port() {
    return server.port();
  }

  HostStanding standing() {
    return standing;
  }

  SessionKeeper keeper() {
    return keeper;
  }

  LooseEnds looseEnds() {
    return looseEnds;
  }

  Patience patience() {
    return patience;
  }

  /** Stops serving; running requests end. */
  @Override
  public void close() {
    closing.countDown();
    server.close();
    link.close();
    keeper.close();
  }
}
