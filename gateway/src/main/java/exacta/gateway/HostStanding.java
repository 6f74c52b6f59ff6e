package exacta.gateway;

import exacta.crypto.Address;
import exacta.primitives.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * What this gateway remembers of hosts that failed it. Safe for several threads. Spec:
 * gateway.md#rest.
 */
final class HostStanding {
  private static final Duration REST_FIRST = Duration.ofSeconds(5);
  private static final Duration REST_MAX = Duration.ofMinutes(5);
  private static final Duration REST_LIAR = Duration.ofHours(1);

  /** How well a host may be used now; better ones first. */
  enum Fitness {
    READY,
    /** It failed lately: only if there is no other. */
    RESTING,
    /** It sent something wrong: not at all. */
    SHUNNED
  }

  private record Record(int failures, long restsUntil, long shunnedUntil) {}

  private static final Record CLEAN = new Record(0, 0, 0);

  private final Clock clock;
  private final Map<Address, Record> records = new TreeMap<>();

  HostStanding(Clock clock) {
    this.clock = clock;
  }

  synchronized Fitness fitness(Address host) {
    Record record = records.getOrDefault(host, CLEAN);
    long now = clock.millis();
    if (now < record.shunnedUntil()) {
      return Fitness.SHUNNED;
    }
    return now < record.restsUntil() ? Fitness.RESTING : Fitness.READY;
  }

  /** It did what it said. */
  synchronized void served(Address host) {
    Record record = records.getOrDefault(host, CLEAN);
    records.put(host, new Record(0, 0, record.shunnedUntil()));
  }

  /** It broke off, stalled, or could not be reached: it rests, twice as long each time. */
  synchronized void failed(Address host) {
    Record record = records.getOrDefault(host, CLEAN);
    int failures = Math.min(record.failures() + 1, 16);
    long rest = Math.min(REST_FIRST.toMillis() << (failures - 1), REST_MAX.toMillis());
    records.put(host, new Record(failures, clock.millis() + rest, record.shunnedUntil()));
  }

  /** It sent something that no honest host sends. */
  synchronized void lied(Address host) {
    Record record = records.getOrDefault(host, CLEAN);
    long until = clock.millis() + REST_LIAR.toMillis();
    records.put(host, new Record(record.failures(), record.restsUntil(), until));
  }
}
