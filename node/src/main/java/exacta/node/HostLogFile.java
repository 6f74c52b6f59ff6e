package exacta.node;

import exacta.crypto.Address;
import exacta.host.HostLog;
import exacta.primitives.Digest32;
import exacta.protocol.v1.AnswerEnd;
import java.lang.System.Logger.Level;

/** A host's lines in the process's log, with its name before each. */
final class HostLogFile implements HostLog {
  private static final System.Logger LOG = System.getLogger("exacta.host");

  private final String name;

  HostLogFile(String name) {
    this.name = name;
  }

  private void say(Level level, String format, Object... arguments) {
    LOG.log(level, name + ": " + format.formatted(arguments));
  }

  @Override
  public void serving(Address host, int port) {
    say(Level.INFO, "%s serves at port %d", host, port);
  }

  @Override
  public void orderRefused(String code, String reason) {
    say(Level.INFO, "refused an order: %s, %s", code, reason);
  }

  @Override
  public void answered(long number, int tokens, AnswerEnd end, long cost) {
    say(Level.INFO, "order %d: %d tokens for %d ngonka, %s", number, tokens, cost, end);
  }

  @Override
  public void clientGone(long number, int tokens) {
    say(Level.INFO, "order %d: the client left after %d tokens", number, tokens);
  }

  @Override
  public void answerFailed(long number, Throwable cause) {
    LOG.log(Level.ERROR, name + ": order " + number + " failed", cause);
  }

  @Override
  public void requestFailed(String path, Throwable cause) {
    LOG.log(Level.ERROR, name + ": a request to " + path + " failed", cause);
  }

  @Override
  public void sprintCommitted(long sprint, long count, Digest32 root) {
    say(Level.INFO, "Sprint %d: committed to %d nonces", sprint, count);
  }

  @Override
  public void sprintAnswered(long sprint, int leaves) {
    say(Level.INFO, "Sprint %d: opened %d leaves on the chain", sprint, leaves);
  }

  @Override
  public void sprintAttested(long sprint, Address host, int samples) {
    say(Level.INFO, "Sprint %d: %d samples of %s are right", sprint, samples, host);
  }

  @Override
  public void sprintChallenged(long sprint, Address host, long item) {
    say(Level.WARNING, "Sprint %d: nonce %d of %s is wrong; challenged", sprint, item, host);
  }

  @Override
  public void sprintCalled(long sprint, Address host, int items) {
    say(Level.WARNING, "Sprint %d: %s did not open %d leaves; called", sprint, host, items);
  }

  @Override
  public void settled(long epoch, long lastNumber, long sum) {
    say(Level.INFO, "epoch %d: settled up to order %d, %d ngonka", epoch, lastNumber, sum);
  }

  @Override
  public void receiptsAttested(long epoch, Address host, int samples) {
    say(Level.INFO, "epoch %d: %d sampled receipts of %s are right", epoch, samples, host);
  }

  @Override
  public void receiptChallenged(long epoch, Address host, long number, String why) {
    say(Level.WARNING, "epoch %d: order %d of %s is wrong: %s", epoch, number, host, why);
  }

  @Override
  public void receiptCalled(long epoch, Address host, long coin, String why) {
    say(Level.WARNING, "epoch %d: %s did not show coin %d: %s", epoch, host, coin, why);
  }

  @Override
  public void voted(long dispute, Address host, String vote) {
    say(Level.INFO, "dispute %d about %s: voted %s", dispute, host, vote);
  }

  @Override
  public void retrying(String duty, String why, int failures) {
    say(Level.WARNING, "%s failed %d times: %s", duty, failures, why);
  }

  @Override
  public void missed(String duty, String why) {
    say(Level.WARNING, "%s was missed: %s", duty, why);
  }

  @Override
  public void chainLost(String why) {
    say(Level.WARNING, "the chain cannot be reached: %s", why);
  }

  @Override
  public void chainBack(long height) {
    say(Level.INFO, "the chain is back at height %d", height);
  }
}
