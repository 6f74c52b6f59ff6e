package exacta.host;

import exacta.crypto.Address;
import exacta.primitives.Digest32;
import exacta.protocol.v1.AnswerEnd;

/**
 * What an operator wants to know of a host, one method each. Called from many threads; must not
 * block.
 */
public interface HostLog {
  /** Tells nobody. */
  HostLog SILENT = new HostLog() {};

  /** The host takes orders now. */
  default void serving(Address host, int port) {}

  /** An order was refused, with the code's word. */
  default void orderRefused(String code, String reason) {}

  /** An order's last receipt is on disk; cost in ngonka. */
  default void answered(long number, int tokens, AnswerEnd end, long cost) {}

  /** The client went before the end; the receipt covers what was sent. */
  default void clientGone(long number, int tokens) {}

  /** An answer could not be computed: a failure of this host. */
  default void answerFailed(long number, Throwable cause) {}

  /** A request to this host failed inside; it goes on. */
  default void requestFailed(String path, Throwable cause) {}

  /** The Sprint's model is drawn; nonces are computed from now on. */
  default void sprintComputing(long sprint) {}

  default void sprintCommitted(long sprint, long count, Digest32 root) {}

  /** The chain asked for leaves, and has them now. */
  default void sprintAnswered(long sprint, int leaves) {}

  /** The samples were right. */
  default void sprintAttested(long sprint, Address host, int samples) {}

  /** A leaf that the host committed to is wrong, and the chain knows. */
  default void sprintChallenged(long sprint, Address host, long item) {}

  /** The host did not open its leaves; the chain demands it. */
  default void sprintCalled(long sprint, Address host, int items) {}

  /** A lane of ours is settled up to an order, for so many ngonka. */
  default void settled(long epoch, long lastNumber, long sum) {}

  /** The sampled receipts were right. */
  default void receiptsAttested(long epoch, Address host, int samples) {}

  /** A receipt is not what the model answers, and the chain knows. */
  default void receiptChallenged(long epoch, Address host, long number, String why) {}

  /** The host did not show a receipt; the chain demands it. */
  default void receiptCalled(long epoch, Address host, long coin, String why) {}

  /** A vote in a dispute: {@code recomputed} or {@code not shown}. */
  default void voted(long dispute, Address host, String vote) {}

  /** Something that is tried again, with how often it failed in a row. */
  default void retrying(String duty, String why, int failures) {}

  /** The window of a duty went by before it could be done. */
  default void missed(String duty, String why) {}

  /** The chain cannot be reached, or can again. */
  default void chainLost(String why) {}

  default void chainBack(long height) {}
}
