package exacta.protocol;

import exacta.crypto.Address;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import exacta.protocol.v1.InferenceRequest;
import exacta.protocol.v1.Order;
import exacta.protocol.v1.Signed;
import java.util.List;
import java.util.Optional;

/** Orders: what they hash to, cost, and are for. Spec: encoding.md#order. */
public final class Orders {
  public static final String TAG = "order";

  /** Prices are for so many tokens. */
  public static final long PRICED_TOKENS = 1_000_000;

  private Orders() {}

  /** The hash of the tokens that an answer has already, none included. */
  public static Digest32 hadHash(int[] had) {
    return Hasher.of("had").tokens(had).finish();
  }

  /** ngonka for this many tokens of answer to a well-formed order: nothing for none. */
  public static long cost(Order order, int count) {
    if (count == 0) {
      return 0;
    }
    long prompt = Math.multiplyExact((long) order.getPromptCount(), order.getInputPrice());
    long answer = Math.multiplyExact((long) count, order.getOutputPrice());
    return Math.addExact(prompt, answer) / PRICED_TOKENS;
  }

  /** What the order costs if the answer is as long as it may be. */
  public static long costMax(Order order) {
    return cost(order, order.getMaxTokens());
  }

  /**
   * The order that is signed here, if the body is a well-formed one; signatures are not checked.
   */
  public static Optional<Order> parse(Signed signed) {
    return Signing.isWellFormed(signed)
        ? Wire.strict(Order.parser(), signed.getBody()).filter(Orders::isWellFormed)
        : Optional.empty();
  }

  private static boolean isWellFormed(Order order) {
    return Shape.isChainId(order.getChainId())
        && order.getSession().size() == Digest32.BYTES
        && order.getHost().size() == Address.BYTES
        && order.getModel().size() == Digest32.BYTES
        && order.getRequestHash().size() == Digest32.BYTES
        && order.getHadHash().size() == Digest32.BYTES
        && order.getNumber() >= 1
        && order.getAcknowledged() >= 0
        && isAscendingBelow(order.getOpenList(), order.getNumber())
        && isPrice(order.getInputPrice())
        && isPrice(order.getOutputPrice())
        && order.getHadCount() >= 0
        && order.getHadCount() < order.getPromptCount()
        && order.getMaxTokens() >= 1
        && order.getPromptCount() <= Bounds.TOKENS_MAX
        && order.getMaxTokens() <= Bounds.TOKENS_MAX - order.getPromptCount();
  }

  private static boolean isAscendingBelow(List<Long> numbers, long end) {
    long before = 0;
    for (long number : numbers) {
      if (number <= before || number >= end) {
        return false;
      }
      before = number;
    }
    return numbers.size() <= Bounds.OPEN_ORDERS_MAX;
  }

  static boolean isPrice(long price) {
    return price >= 0 && price <= Bounds.PRICE_MAX;
  }

  /**
   * Says what keeps a well-formed order from being for exactly this request, with these tokens
   * already had; empty if nothing does.
   */
  public static Optional<String> mismatch(Order order, InferenceRequest request, int[] had) {
    Optional<String> problem = Requests.problem(request);
    if (problem.isPresent()) {
      return problem;
    }
    if (!order.getModel().equals(request.getModel())) {
      return Optional.of("the order is for another model than the request");
    }
    if (order.getHadCount() != had.length || !order.getHadHash().equals(Wire.bytes(hadHash(had)))) {
      return Optional.of("the tokens already had are not those that the order names");
    }
    if (order.getPromptCount() != request.getPromptCount() + had.length) {
      return Optional.of("prompt_count is not the prompt's length and the tokens already had");
    }
    if (order.getMaxTokens() != request.getParameters().getMaxTokens() - had.length) {
      return Optional.of("max_tokens is not the request's less the tokens already had");
    }
    return order.getRequestHash().equals(Wire.bytes(Requests.hash(request)))
        ? Optional.empty()
        : Optional.of("the order is for another request");
  }
}
