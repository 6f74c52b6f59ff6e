package exacta.gateway;

import exacta.crypto.Address;
import exacta.primitives.Digest32;
import exacta.protocol.Orders;
import exacta.protocol.Receipts;
import exacta.protocol.Signing;
import exacta.protocol.v1.AnswerEnd;
import exacta.protocol.v1.Order;
import exacta.protocol.v1.Receipt;
import exacta.protocol.v1.Signed;
import java.util.Arrays;
import java.util.Optional;

/**
 * Checks all that a host sends for one order, as it comes, against what no honest host does. What
 * it cannot see is whether the tokens are the right ones: that is what audits are for. One thread.
 * Spec: gateway.md#checks.
 */
final class StreamVerifier {
  /** A receipt that holds. */
  record Checked(Signed signed, Receipt receipt, Digest32 hash) {
    AnswerEnd end() {
      return receipt.getEnd();
    }
  }

  private final Order order;
  private final Digest32 orderHash;
  private final Address host;
  private final AnswerText text;
  private int[] tokens = new int[64];
  private float[] logProbabilities = new float[64];
  private int count;
  private Optional<Checked> last = Optional.empty();

  /**
   * @param text the answer so far; every token that comes is added to it
   */
  StreamVerifier(Order order, Digest32 orderHash, Address host, AnswerText text) {
    this.order = order;
    this.orderHash = orderHash;
    this.host = host;
    this.text = text;
  }

  /** Takes tokens; gives the text that can be shown. */
  String add(exacta.protocol.v1.Tokens frame) throws HostFailure.Wrong {
    int added = frame.getTokensCount();
    require(added == frame.getLogProbabilitiesCount(), "not one log-probability for each token");
    require(added > 0, "a frame without tokens");
    require(!isComplete(), "tokens behind the last receipt");
    require(count + added <= order.getMaxTokens(), "more tokens than were ordered");
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < added; i++) {
      require(!text.isEnded(), "tokens behind the end of the answer");
      int token = frame.getTokens(i);
      require(text.isToken(token), "a token that is not in the vocabulary");
      require(!Float.isNaN(frame.getLogProbabilities(i)), "a log-probability that is no number");
      keep(token, frame.getLogProbabilities(i));
      shown.append(text.next(token));
    }
    return shown.toString();
  }

  private void keep(int token, float logProbability) {
    if (count == tokens.length) {
      tokens = Arrays.copyOf(tokens, 2 * count);
      logProbabilities = Arrays.copyOf(logProbabilities, 2 * count);
    }
    tokens[count] = token;
    logProbabilities[count] = logProbability;
    count++;
  }

  /** Takes a receipt, which must be for exactly what came so far. */
  Checked add(Signed signed) throws HostFailure.Wrong {
    require(!isComplete(), "a receipt behind the last one");
    require(Signing.isBy(Receipts.TAG, signed, host), "a receipt that the host did not sign");
    Receipt receipt =
        Receipts.parse(signed).orElseThrow(() -> new HostFailure.Wrong("a malformed receipt"));
    require(
        Arrays.equals(receipt.getOrderHash().toByteArray(), orderHash.toBytes()),
        "a receipt for another order");
    require(receipt.getCount() == count, "a receipt for another number of tokens");
    require(receipt.getCost() == Orders.cost(order, count), "a receipt with a wrong cost");
    Digest32 stream = Receipts.streamHash(tokens(), logs(), receipt.getEnd());
    require(
        Arrays.equals(receipt.getStreamHash().toByteArray(), stream.toBytes()),
        "a receipt for another stream");
    require(isPossible(receipt.getEnd()), "a receipt with an end that the answer does not have");
    Checked checked = new Checked(signed, receipt, Signing.hash(Receipts.TAG, signed));
    last = Optional.of(checked);
    return checked;
  }

  private boolean isPossible(AnswerEnd end) {
    boolean full = count == order.getMaxTokens();
    return switch (end) {
      case ANSWER_END_STOP -> text.isEnded();
      case ANSWER_END_LENGTH -> full && !text.isEnded();
      case ANSWER_END_FAILED -> !full && !text.isEnded();
      case ANSWER_END_CUT -> true;
      case ANSWER_END_UNSPECIFIED, UNRECOGNIZED -> false;
    };
  }

  /** The newest receipt. */
  Optional<Checked> last() {
    return last;
  }

  /** Whether the newest receipt says that the answer has ended, so that nothing follows. */
  boolean isComplete() {
    return last.isPresent() && last.get().end() != AnswerEnd.ANSWER_END_CUT;
  }

  /** Whether the newest receipt is for all that came. */
  boolean isCovered() {
    return last.isPresent() && last.get().receipt().getCount() == count;
  }

  int count() {
    return count;
  }

  int[] tokens() {
    return Arrays.copyOf(tokens, count);
  }

  private float[] logs() {
    return Arrays.copyOf(logProbabilities, count);
  }

  private static void require(boolean condition, String otherwise) throws HostFailure.Wrong {
    if (!condition) {
      throw new HostFailure.Wrong(otherwise);
    }
  }
}
