package exacta.node;

import exacta.chainclient.ChainClient;
import exacta.crypto.PrivateKey;
import exacta.gateway.Gateway;
import exacta.gateway.Question;
import exacta.gateway.Reply;
import exacta.primitives.ExactaException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;

/**
 * Asks every host one short question in every epoch. A host that refuses is asked again in the next
 * one.
 */
final class EpochQuestions implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("exacta.demo");
  private static final Duration WAIT = Duration.ofSeconds(2);
  private static final int TOKENS_MAX = 12;
  private static final List<String> QUESTIONS =
      List.of(
          "Name a colour of the rainbow.",
          "What is the largest planet?",
          "Name a river in Africa.",
          "How many legs has a spider?",
          "Name a chemical element.",
          "What do bees make?",
          "Name a composer.");

  private final ChainClient chain;
  private final Gateway gateway;
  private final List<PrivateKey> hosts;
  private final String model;
  private final Thread thread = Thread.ofVirtual().name("epoch-questions").unstarted(this::run);
  private volatile boolean closed;

  EpochQuestions(ChainClient chain, Gateway gateway, List<PrivateKey> hosts, String model) {
    this.chain = chain;
    this.gateway = gateway;
    this.hosts = List.copyOf(hosts);
    this.model = model;
  }

  void start() {
    thread.start();
  }

  private void run() {
    long asked = -1;
    while (!closed) {
      try {
        chain.awaitHeight(chain.height() + 1, WAIT);
        long epoch = chain.network().getEpoch();
        if (epoch != asked) {
          asked = epoch;
          askAll(epoch);
        }
      } catch (ExactaException e) {
        if (!closed) {
          LOG.log(Level.WARNING, "the question of this epoch is put off: " + e.getMessage());
        }
      }
    }
  }

  private void askAll(long epoch) {
    for (int host = 0; host < hosts.size() && !closed; host++) {
      String text = QUESTIONS.get((int) ((epoch + host) % QUESTIONS.size()));
      Question question = Question.of(model, text, TOKENS_MAX).to(hosts.get(host).address());
      switch (gateway.ask(question)) {
        case Reply.Answered answered ->
            LOG.log(
                Level.INFO,
                "epoch {0}: host {1} answered for {2}",
                Long.toString(epoch),
                host + 1,
                answered.request().cost());
        case Reply.Failed failed ->
            LOG.log(
                Level.INFO,
                "epoch {0}: host {1} did not answer: {2}",
                Long.toString(epoch),
                host + 1,
                failed.reason());
      }
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
