package exacta.gateway;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The latest requests, so many of them. Safe for several threads. */
public final class RecentRequests {
  private final int most;
  private final Deque<RecentRequest> requests = new ArrayDeque<>();

  public RecentRequests(int most) {
    if (most < 1) {
      throw new IllegalArgumentException("a feed holds at least one request");
    }
    this.most = most;
  }

  synchronized void add(RecentRequest request) {
    requests.addFirst(request);
    if (requests.size() > most) {
      requests.removeLast();
    }
  }

  /** Newest first. */
  public synchronized List<RecentRequest> latest() {
    return new ArrayList<>(requests);
  }
}
