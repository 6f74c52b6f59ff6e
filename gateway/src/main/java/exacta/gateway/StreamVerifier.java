package exacta.gateway;

import exacta.crypto.Address;
import exacta.primitives.Digest32;
import exacta.protocol.AnswerStream;
import exacta.protocol.Orders;
import exacta.protocol.Receipts;
import exacta.protocol.Signing;
import exacta.protocol.v1.AnswerEnd;
import exacta.protocol.v1.Order;
import exacta.protocol.v1.Receipt;
import exacta.protocol.v1.Signed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
  private final int likeliest;
  private final AnswerStream stream;
  private Optional<Checked> last = Optional.empty();

  /** Receipts in a row for the same tokens, after the first. */
  private int repeats;

  /** Whether tokens came behind the end of the answer; those before it are right all the same. */
  private boolean surplus;

  /**
   * @param text the answer so far; every token that comes is added to it
   * @param likeliest how many of the likeliest tokens come with each
   */
  StreamVerifier(Order order, Digest32 orderHash, Address host, AnswerText text, int likeliest) {
    this.order = order;
    this.orderHash = orderHash;
    this.host = host;
    this.text = text;
    this.likeliest = likeliest;
    stream = new AnswerStream(likeliest > 0);
  }

  /**
   * Takes tokens; gives what can be shown. All of a frame is checked before any token of it counts:
   * what counts but was not shown would be missing from an answer that goes on elsewhere.
   */
  Shown add(exacta.protocol.v1.Tokens frame) throws HostFailure.Wrong {
    int added = frame.getTokensCount();
    require(added == frame.getLogProbabilitiesCount(), "not one log-probability for each token");
    require(
        frame.getLikeliestCount() == added * likeliest
            && frame.getLikeliestLogProbabilitiesCount() == added * likeliest,
        "not as many of the likeliest tokens as were asked for");
    require(added > 0, "a frame without tokens");
    require(!isComplete(), "tokens behind the last receipt");
    require(!text.isEnded(), "tokens behind the end of the answer");
    require(count() + added <= order.getMaxTokens(), "more tokens than were ordered");
    List<ScoredToken> tokens = new ArrayList<>();
    for (int i = 0; i < added; i++) {
      tokens.add(token(frame, i));
    }
    StringBuilder shown = new StringBuilder();
    List<ScoredToken> shownTokens = new ArrayList<>();
    for (ScoredToken token : tokens) {
      if (text.isEnded()) {
        surplus = true;
        break;
      }
      stream.add(
          token.token(),
          token.logProbability(),
          token.likeliest(),
          token.likeliestLogProbabilities());
      Shown more = text.next(token);
      shown.append(more.text());
      shownTokens.addAll(more.tokens());
    }
    return new Shown(shown.toString(), shownTokens);
  }

  private ScoredToken token(exacta.protocol.v1.Tokens frame, int at) throws HostFailure.Wrong {
    int token = frame.getTokens(at);
    require(text.isToken(token), "a token that is not in the vocabulary");
    float logProbability = frame.getLogProbabilities(at);
    require(!Float.isNaN(logProbability), "a log-probability that is no number");
    int[] tokens = new int[likeliest];
    float[] logs = new float[likeliest];
    float before = Float.POSITIVE_INFINITY;
    for (int i = 0; i < likeliest; i++) {
      tokens[i] = frame.getLikeliest(at * likeliest + i);
      logs[i] = frame.getLikeliestLogProbabilities(at * likeliest + i);
      require(text.isToken(tokens[i]), "a likely token that is not in the vocabulary");
      // What is not a number fails, too.
      require(logs[i] <= before, "likely tokens out of order");
      before = logs[i];
    }
    return new ScoredToken(token, logProbability, tokens, logs);
  }

  /** Takes a receipt, which must be for exactly what came so far. */
  Checked add(Signed signed) throws HostFailure.Wrong {
    require(!isComplete(), "a receipt behind the last one");
    require(!surplus, "tokens behind the end of the answer");
    require(Signing.isBy(Receipts.TAG, signed, host), "a receipt that the host did not sign");
    Receipt receipt =
        Receipts.parse(signed).orElseThrow(() -> new HostFailure.Wrong("a malformed receipt"));
    require(
        Arrays.equals(receipt.getOrderHash().toByteArray(), orderHash.toBytes()),
        "a receipt for another order");
    require(receipt.getCount() == count(), "a receipt for another number of tokens");
    require(receipt.getCost() == Orders.cost(order, count()), "a receipt with a wrong cost");
    Digest32 hash = stream.hash(receipt.getEnd());
    require(
        Arrays.equals(receipt.getStreamHash().toByteArray(), hash.toBytes()),
        "a receipt for another stream");
    require(isPossible(receipt.getEnd()), "a receipt with an end that the answer does not have");
    // Else a host could hold a request with receipts for ever.
    repeats = isCovered() ? repeats + 1 : 0;
    require(repeats <= 1, "the same receipt again and again");
    Checked checked = new Checked(signed, receipt, Signing.hash(Receipts.TAG, signed));
    last = Optional.of(checked);
    return checked;
  }

  private boolean isPossible(AnswerEnd end) {
    boolean full = count() == order.getMaxTokens();
    return switch (end) {
      case ANSWER_END_STOP -> text.isEnded();
      case ANSWER_END_LENGTH -> full && !text.isEnded();
      case ANSWER_END_FAILED -> !full && !text.isEnded();
      case ANSWER_END_CUT -> count() > 0;
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
    return last.isPresent() && last.get().receipt().getCount() == count();
  }

  int count() {
    return stream.count();
  }

  private static void require(boolean condition, String otherwise) throws HostFailure.Wrong {
    if (!condition) {
      throw new HostFailure.Wrong(otherwise);
    }
  }
}
