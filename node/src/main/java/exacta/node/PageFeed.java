package exacta.node;

import exacta.dashboard.RequestFeed;
import exacta.dashboard.RequestLine;
import exacta.gateway.RecentRequest;
import exacta.gateway.RecentRequests;
import exacta.gateway.RunningRequest;
import exacta.primitives.Amount;
import java.util.ArrayList;
import java.util.List;

/** Shows the page what a gateway bought lately. */
final class PageFeed implements RequestFeed {
  private final RecentRequests requests;

  PageFeed(RecentRequests requests) {
    this.requests = requests;
  }

  @Override
  public List<RequestLine> latest() {
    List<RequestLine> lines = new ArrayList<>();
    for (RunningRequest request : requests.running()) {
      request.part().ifPresent(part -> lines.add(running(request, part)));
    }
    requests.latest().forEach(request -> lines.addAll(ended(request).reversed()));
    return lines;
  }

  private static RequestLine running(RunningRequest request, RunningRequest.Part part) {
    return new RequestLine(
        request.startedMillis(),
        request.model(),
        part.host().toString(),
        part.session().toHex(),
        part.number(),
        part.promptTokens(),
        part.tokens(),
        Amount.ZERO,
        RequestLine.State.RUNNING);
  }

  /** A line for each host that had a part in it. */
  private static List<RequestLine> ended(RecentRequest request) {
    List<RequestLine> lines = new ArrayList<>();
    int had = 0;
    for (RecentRequest.Part part : request.parts()) {
      lines.add(
          new RequestLine(
              request.startedMillis(),
              request.model(),
              part.host().toString(),
              part.session().toHex(),
              part.number(),
              request.promptTokens() + had,
              part.tokens(),
              part.cost(),
              part.evidence().isPresent() ? RequestLine.State.RECEIPT : RequestLine.State.FAILED));
      had += part.tokens();
    }
    return lines;
  }
}
