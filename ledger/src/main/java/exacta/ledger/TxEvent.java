package exacta.ledger;

import java.util.List;

/**
 * What a transaction did, for those who look for it. Not part of what nodes agree on, and yet the
 * same on each. Spec: ledger.md#events.
 */
public record TxEvent(String type, List<Attribute> attributes) {
  public TxEvent {
    attributes = List.copyOf(attributes);
  }

  /** One property; all are indexed. */
  public record Attribute(String key, String value) {}
}
