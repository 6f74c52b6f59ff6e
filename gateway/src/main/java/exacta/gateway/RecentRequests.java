package exacta.gateway;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The latest requests, so many of them, and those that run. Safe for several threads; how many run
 * is the gateway's limit.
 */
public final class RecentRequests {
  private final int most;
  private final Deque<RecentRequest> requests = new ArrayDeque<>();
  private final Set<RunningRequest> running = new LinkedHashSet<>();

  public RecentRequests(int most) {
    if (most < 1) {
      throw new IllegalArgumentException("a feed holds at least one request");
    }
    this.most = most;
  }

  synchronized void begin(RunningRequest request) {
    running.add(request);
  }

  synchronized void drop(RunningRequest request) {
    running.remove(request);
  }

  synchronized void add(RecentRequest request) {
    requests.addFirst(request);
    if (requests.size() > most) {
      requests.removeLast();
    }
  }

  /** Those that are being answered, newest first. */
  public synchronized List<RunningRequest> running() {
    return new ArrayList<>(running).reversed();
  }

  /** Those that have ended, newest first. */
  public synchronized List<RecentRequest> latest() {
    return new ArrayList<>(requests);
  }
}
