package exacta.node;

import exacta.dashboard.RequestFeed;
import exacta.dashboard.RequestLine;
import exacta.gateway.RecentRequest;
import exacta.gateway.RecentRequests;
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
    for (RecentRequest request : requests.latest()) {
      int had = 0;
      List<RequestLine> parts = new ArrayList<>();
      for (RecentRequest.Part part : request.parts()) {
        parts.add(
            new RequestLine(
                request.startedMillis(),
                request.model(),
                part.host().toString(),
                part.session().toHex(),
                part.number(),
                request.promptTokens() + had,
                part.tokens(),
                part.cost(),
                part.evidence().isPresent()
                    ? RequestLine.State.RECEIPT
                    : RequestLine.State.FAILED));
        had += part.tokens();
      }
      lines.addAll(parts.reversed());
    }
    return lines;
  }
}
