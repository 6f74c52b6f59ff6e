package exacta.dashboard;

import java.util.List;

/** Where the latest requests come from. */
@FunctionalInterface
public interface RequestFeed {
  /** The newest first; called from many threads and at most a few hundred lines. */
  List<RequestLine> latest();
}
