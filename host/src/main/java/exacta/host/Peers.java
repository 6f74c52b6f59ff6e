package exacta.host;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import exacta.crypto.Address;
import exacta.crypto.PrivateKey;
import exacta.protocol.Fetches;
import exacta.protocol.Signing;
import exacta.protocol.Wire;
import exacta.protocol.v1.HostRecord;
import exacta.protocol.v1.ReceiptFetch;
import exacta.protocol.v1.Refusal;
import exacta.protocol.v1.ShownReceipt;
import exacta.protocol.v1.SprintFetch;
import exacta.protocol.v1.SprintLeaves;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Fetches from other hosts what they owe. Nothing that they send, or fail to send, takes longer or
 * is larger than the bounds here.
 */
final class Peers implements AutoCloseable {
  /** What came of it. */
  sealed interface Fetched<T> {}

  record Got<T>(T value) implements Fetched<T> {}

  record Nothing<T>(String why) implements Fetched<T> {}

  private static final Duration CONNECT_MAX = Duration.ofSeconds(2);
  private static final Duration ANSWER_MIN = Duration.ofSeconds(1);
  private static final Duration ANSWER_MAX = Duration.ofSeconds(10);
  private static final int ANSWER_BYTES_MAX = 32 << 20;

  private final ChainView chain;
  private final PrivateKey key;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_MAX)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  Peers(ChainView chain, PrivateKey key) {
    this.chain = chain;
    this.key = key;
  }

  /**
   * Leaves of a host's work log, not checked.
   *
   * @param most how long to wait for them: whoever stalls must not keep us from saying so in time
   */
  Fetched<SprintLeaves> leaves(String host, long sprint, List<Long> items, Duration most) {
    SprintFetch fetch =
        SprintFetch.newBuilder()
            .setChainId(chain.chainId())
            .setRequester(me().toString())
            .setHost(host)
            .setSprint(sprint)
            .addAllItems(items)
            .build();
    return post(host, "/v1/audit/sprint", fetch, SprintLeaves.parser(), most);
  }

  /**
   * A receipt of a host that was settled, not checked.
   *
   * @param holder whom to ask: the host, or who challenged it
   * @param most how long to wait for it
   */
  Fetched<ShownReceipt> receipt(
      String holder,
      String host,
      long epoch,
      ByteString session,
      ReceiptCheck.Wanted wanted,
      Duration most) {
    ReceiptFetch fetch =
        ReceiptFetch.newBuilder()
            .setChainId(chain.chainId())
            .setRequester(me().toString())
            .setHost(host)
            .setEpoch(epoch)
            .setSession(session)
            .setCoin(wanted.coin())
            .setNumber(wanted.number())
            .build();
    return post(holder, "/v1/audit/receipt", fetch, ShownReceipt.parser(), most);
  }

  private Address me() {
    return key.address();
  }

  private <T extends Message> Fetched<T> post(
      String holder, String path, Message fetch, Parser<T> parser, Duration most) {
    Duration limit =
        most.compareTo(ANSWER_MIN) < 0
            ? ANSWER_MIN
            : most.compareTo(ANSWER_MAX) > 0 ? ANSWER_MAX : most;
    Optional<URI> target =
        chain.host(holder).map(HostRecord::getUrl).flatMap(url -> target(url, path));
    if (target.isEmpty()) {
      return new Nothing<>("it announces no address that can be reached");
    }
    byte[] body = Signing.sign(Fetches.TAG, fetch.toByteArray(), key).toByteArray();
    HttpRequest request =
        HttpRequest.newBuilder(target.get())
            .header("Content-Type", Body.CONTENT_TYPE)
            .timeout(limit)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    CompletableFuture<HttpResponse<byte[]>> answer =
        http.sendAsync(
            request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), ANSWER_BYTES_MAX));
    try {
      return read(answer.get(limit.toMillis(), TimeUnit.MILLISECONDS), parser);
    } catch (ExecutionException e) {
      return new Nothing<>("it cannot be reached: " + e.getCause());
    } catch (TimeoutException e) {
      answer.cancel(true);
      return new Nothing<>("it did not answer within " + limit.toMillis() + " ms");
    } catch (InterruptedException e) {
      answer.cancel(true);
      Thread.currentThread().interrupt();
      return new Nothing<>("this host stops");
    }
  }

  private static <T extends Message> Fetched<T> read(
      HttpResponse<byte[]> answer, Parser<T> parser) {
    if (answer.statusCode() != 200) {
      String why =
          Wire.strict(Refusal.parser(), answer.body())
              .map(refusal -> ", " + refusal.getCode() + ": " + refusal.getMessage())
              .orElse("");
      return new Nothing<>("it answered with status " + answer.statusCode() + why);
    }
    return Wire.strict(parser, answer.body())
        .<Fetched<T>>map(Got::new)
        .orElseGet(() -> new Nothing<>("it answered with something else"));
  }

  private static Optional<URI> target(String url, String path) {
    try {
      URI uri = URI.create(url.replaceAll("/+$", "") + path);
      boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      return web && uri.getHost() != null ? Optional.of(uri) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
