package exacta.crypto;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Some texts of addresses with what they say, so that a text that comes again is not decoded again.
 * A text has one place; what comes there later takes it. Safe for several threads.
 */
final class AddressTexts {
  /** A power of two; a block of transfers has about as many addresses. */
  private static final int PLACES = 1 << 14;

  private record Entry(String text, Address address) {}

  private final AtomicReferenceArray<Entry> entries = new AtomicReferenceArray<>(PLACES);

  Optional<Address> get(String text) {
    Entry entry = entries.get(place(text));
    return entry != null && entry.text().equals(text)
        ? Optional.of(entry.address())
        : Optional.empty();
  }

  void add(String text, Address address) {
    entries.set(place(text), new Entry(text, address));
  }

  private static int place(String text) {
    int hash = text.hashCode();
    return (hash ^ hash >>> 16) & PLACES - 1;
  }
}
