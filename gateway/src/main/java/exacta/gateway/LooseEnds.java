package exacta.gateway;

import exacta.primitives.Digest32;
import exacta.protocol.Orders;
import exacta.protocol.Receipts;
import exacta.protocol.Signing;
import exacta.protocol.v1.Order;
import exacta.protocol.v1.OrderReceipt;
import exacta.protocol.v1.Receipt;
import exacta.protocol.v1.Signed;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Orders whose streams ended without the last receipt: asks their hosts for it, so that they need
 * not wait for the settlement. Safe for several threads. Spec: gateway.md#loose-ends.
 */
final class LooseEnds {
  private static final int ENDS_MAX = 1024;
  private static final int TRIES_MAX = 10;

  /**
   * An order without its last receipt.
   *
   * @param tries how often the host was asked in vain
   */
  record End(Seller seller, Lane lane, Order order, Signed signed, int tries) {}

  private final HostLink link;
  private final HostStanding standing;
  private final GatewayLog log;
  private final Deque<End> ends = new ArrayDeque<>();

  LooseEnds(HostLink link, HostStanding standing, GatewayLog log) {
    this.link = link;
    this.standing = standing;
    this.log = log;
  }

  /** Remembers an order; if there are too many, the oldest is left to the settlement. */
  synchronized void add(Seller seller, Lane lane, Order order, Signed signed) {
    ends.addLast(new End(seller, lane, order, signed, 0));
    if (ends.size() > ENDS_MAX) {
      ends.removeFirst();
    }
  }

  private synchronized List<End> takeAll() {
    List<End> all = new ArrayList<>(ends);
    ends.clear();
    return all;
  }

  /** The host says that the end is still to come: that is no try. */
  private synchronized void keep(End end) {
    ends.addLast(end);
  }

  private synchronized void putBack(End end) {
    if (end.tries() < TRIES_MAX) {
      ends.addLast(new End(end.seller(), end.lane(), end.order(), end.signed(), end.tries() + 1));
    }
  }

  /** Asks once for each. */
  void tend() {
    for (End end : takeAll()) {
      if (end.lane().ledger().isOpen(end.order().getNumber())) {
        tend(end);
      }
    }
  }

  private void tend(End end) {
    try {
      Signed receipt = link.receipt(end.seller(), end.signed());
      accept(end, receipt);
    } catch (HostFailure e) {
      switch (e) {
        case HostFailure.Wrong _ -> {
          standing.lied(end.lane().host());
          log.hostFailed(end.lane().host(), e);
        }
        case HostFailure.Refused refused when refused.code().equals("not_found") ->
            end.lane().ledger().refused(end.order().getNumber());
        case HostFailure.Refused refused when refused.code().equals("running") -> keep(end);
        case HostFailure.Refused _, HostFailure.Broken _ -> putBack(end);
      }
    }
  }

  /** What was streamed is not known to the end, so the stream's hash cannot be checked. */
  private void accept(End end, Signed signed) throws HostFailure.Wrong {
    Digest32 hash = Signing.hash(Orders.TAG, end.signed());
    Optional<Receipt> receipt = Receipts.parse(signed);
    boolean holds =
        receipt.isPresent()
            && Signing.isBy(Receipts.TAG, signed, end.lane().host())
            && Arrays.equals(receipt.get().getOrderHash().toByteArray(), hash.toBytes())
            && receipt.get().getCount() <= end.order().getMaxTokens()
            && receipt.get().getCost() == Orders.cost(end.order(), receipt.get().getCount());
    if (!holds) {
      throw new HostFailure.Wrong("a last receipt that does not belong to the order");
    }
    OrderReceipt evidence =
        OrderReceipt.newBuilder().setOrder(end.signed()).setReceipt(signed).build();
    end.lane()
        .ledger()
        .received(end.order().getNumber(), receipt.get().getCost(), evidence.toByteString());
  }
}
