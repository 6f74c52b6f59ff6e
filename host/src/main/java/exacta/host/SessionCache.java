package exacta.host;

import com.google.protobuf.ByteString;
import exacta.protocol.v1.SessionRecord;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Sessions as the chain last told them. One epoch old at most, which is as long as a session goes
 * on after it was closed; strangers' inventions cost at most one question each block. Safe for
 * several threads.
 */
final class SessionCache {
  private static final int ENTRIES_MAX = 4096;

  private record Entry(long height, long epoch, Optional<SessionRecord> session) {}

  private final ChainView chain;
  private final Map<ByteString, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

  SessionCache(ChainView chain) {
    this.chain = chain;
  }

  Optional<SessionRecord> get(ByteString id) {
    Entry entry = known(id);
    if (entry != null && entry.session().isPresent() && entry.epoch() == chain.epoch()) {
      return entry.session();
    }
    return newest(id);
  }

  /** As of the newest block: for whoever would refuse because of what {@link #get} said. */
  Optional<SessionRecord> newest(ByteString id) {
    Entry entry = known(id);
    if (entry == null || entry.height() < chain.height()) {
      long height = chain.height();
      long epoch = chain.epoch();
      entry = new Entry(height, epoch, chain.chain().session(id.toByteArray()));
      keep(id, entry);
    }
    return entry.session();
  }

  private synchronized Entry known(ByteString id) {
    return entries.get(id);
  }

  private synchronized void keep(ByteString id, Entry entry) {
    entries.put(id, entry);
    if (entries.size() > ENTRIES_MAX) {
      entries.remove(entries.keySet().iterator().next());
    }
  }
}
