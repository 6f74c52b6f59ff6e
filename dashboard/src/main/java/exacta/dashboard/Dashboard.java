package exacta.dashboard;

import exacta.chainclient.ChainClient;
import exacta.primitives.Clock;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.HttpService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/**
 * Serves the page at {@code /} and what it shows at {@code /dashboard/state}. Any number of viewers
 * cost the chain a few queries per block, and none costs nothing. The page loads nothing from
 * elsewhere and runs no script but its own.
 */
public final class Dashboard implements HttpService {
  private static final long WAIT_MILLIS = 2_000;
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
          + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
  private static final List<Header> SAFETY =
      List.of(
          HeaderValues.createCached("Content-Security-Policy", POLICY),
          HeaderValues.createCached("X-Content-Type-Options", "nosniff"),
          HeaderValues.createCached("Referrer-Policy", "no-referrer"));
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final ChainWatch watch;
  private final RequestFeed feed;
  private final PageFile page = PageFile.load("page.html", "text/html; charset=utf-8");
  private final PageFile style = PageFile.load("page.css", "text/css; charset=utf-8");
  private final PageFile icon = PageFile.load("icon.svg", "image/svg+xml");
  private final List<Script> scripts =
      List.of(Script.load("page.js"), Script.load("format.js"), Script.load("chat.js"));

  private volatile Rendered rendered;

  private record Script(String name, PageFile file) {
    static Script load(String name) {
      return new Script(name, PageFile.load(name, "text/javascript; charset=utf-8"));
    }
  }

  private record Rendered(Reading reading, List<RequestLine> lines, PageFile file) {}

  public Dashboard(ChainClient chain, RequestFeed feed, Clock clock) {
    this(new ClientChain(chain), feed, clock);
  }

  Dashboard(Chain chain, RequestFeed feed, Clock clock) {
    this.watch = new ChainWatch(chain, clock, WAIT_MILLIS);
    this.feed = feed;
    this.rendered = render(Reading.NONE, List.of());
  }

  @Override
  public void routing(HttpRules rules) {
    rules
        .get("/", (request, response) -> send(page, request, response))
        .get("/dashboard/page.css", (request, response) -> send(style, request, response))
        .get("/dashboard/icon.svg", (request, response) -> send(icon, request, response))
        .get("/dashboard/state", (request, response) -> send(state(), request, response));
    for (Script script : scripts) {
      rules.get(
          "/dashboard/" + script.name(),
          (request, response) -> send(script.file(), request, response));
    }
  }

  /** Rendered once for all who look between two changes. */
  private PageFile state() {
    Reading reading = watch.latest();
    List<RequestLine> lines = List.copyOf(feed.latest());
    Rendered last = rendered;
    if (!last.reading().equals(reading) || !last.lines().equals(lines)) {
      last = render(reading, lines);
      rendered = last;
    }
    return last.file();
  }

  private static Rendered render(Reading reading, List<RequestLine> lines) {
    byte[] body = JSON.writeValueAsBytes(StateJson.of(reading, lines));
    return new Rendered(reading, lines, PageFile.of("application/json", body));
  }

  private static void send(PageFile file, ServerRequest request, ServerResponse response) {
    SAFETY.forEach(response::header);
    response.header(HeaderNames.CACHE_CONTROL, "no-cache");
    response.header(HeaderNames.ETAG, file.entityTag());
    boolean known =
        request
            .headers()
            .first(HeaderNames.IF_NONE_MATCH)
            .filter(tags -> tags.contains(file.entityTag()))
            .isPresent();
    if (known) {
      response.status(Status.NOT_MODIFIED_304).send();
      return;
    }
    response.header(HeaderNames.CONTENT_TYPE, file.contentType());
    response.send(file.body());
  }
}
