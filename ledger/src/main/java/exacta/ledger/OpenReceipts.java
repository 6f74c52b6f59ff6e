package exacta.ledger;

import exacta.protocol.Orders;
import exacta.protocol.Receipts;
import exacta.protocol.Signing;
import exacta.protocol.Wire;
import exacta.protocol.v1.Order;
import exacta.protocol.v1.OrderReceipt;
import exacta.protocol.v1.Receipt;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Checks the receipts of open orders that a settlement brings along to show that its developer owes
 * them. Spec: market.md#coverage.
 */
final class OpenReceipts {
  private final LaneIdentity lane;
  private final Order newest;
  private final long lastNumber;

  OpenReceipts(LaneIdentity lane, Order newest, long lastNumber) {
    this.lane = lane;
    this.newest = newest;
    this.lastNumber = lastNumber;
  }

  /** What each costs; empty if one of them does not count. */
  Optional<List<Long>> costs(List<OrderReceipt> given) {
    Set<Long> numbers = new TreeSet<>();
    List<Long> costs = new ArrayList<>(given.size());
    for (OrderReceipt open : given) {
      Optional<Order> order = lane.order(open.getOrder());
      Optional<Receipt> receipt = Receipts.parse(open.getReceipt());
      if (order.isEmpty()
          || receipt.isEmpty()
          || !isOpen(order.get().getNumber())
          || !numbers.add(order.get().getNumber())
          || !isFor(receipt.get(), order.get(), open)) {
        return Optional.empty();
      }
      costs.add(receipt.get().getCost());
    }
    return Optional.of(costs);
  }

  private boolean isOpen(long number) {
    return number <= lastNumber
        && (number == newest.getNumber() || newest.getOpenList().contains(number));
  }

  private boolean isFor(Receipt receipt, Order order, OrderReceipt open) {
    return receipt.getOrderHash().equals(Wire.bytes(Signing.hash(Orders.TAG, open.getOrder())))
        && receipt.getCount() <= order.getMaxTokens()
        && receipt.getCost() == Orders.cost(order, receipt.getCount())
        && Signing.isBy(Receipts.TAG, open.getReceipt(), lane.host());
  }
}
