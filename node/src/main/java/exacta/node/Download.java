package exacta.node;

import exacta.primitives.ExactaException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;

/** Brings a file by HTTP, going on where an earlier attempt broke off, or from this machine. */
final class Download {
  private static final int FRUITLESS_ATTEMPTS_MAX = 3;
  private static final int PARTIAL_CONTENT = 206;
  private static final int RANGE_NOT_SATISFIABLE = 416;
  private static final int BUFFER_BYTES = 1 << 16;

  private final HttpClient client;
  private final Progress progress;

  Download(HttpClient client, Progress progress) {
    this.client = client;
    this.progress = progress;
  }

  /** A client that uses the proxy that {@code https_proxy} names, or else the JVM's settings. */
  static HttpClient client(Map<String, String> environment) {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(Duration.ofSeconds(30));
    String proxy =
        environment.getOrDefault("https_proxy", environment.getOrDefault("HTTPS_PROXY", ""));
    if (!proxy.isBlank()) {
      URI address = URI.create(proxy.contains("://") ? proxy : "http://" + proxy);
      if (address.getHost() == null) {
        throw ExactaException.fatal(
            "https_proxy is '" + proxy + "', which names no host; correct or unset it");
      }
      int port = address.getPort() < 0 ? 80 : address.getPort();
      builder.proxy(ProxySelector.of(new InetSocketAddress(address.getHost(), port)));
    }
    return builder.build();
  }

  /**
   * Completes {@code part}, appending to what it holds. A line that breaks is tried again until
   * several attempts in a row bring nothing.
   *
   * @throws ExactaException of category ERROR if the server cannot be reached or refuses; what came
   *     so far stays, for the next time
   */
  void complete(URI address, Path part) {
    int fruitless = 0;
    while (true) {
      long before = size(part);
      try {
        if ("file".equals(address.getScheme())) {
          Files.copy(Path.of(address), part, StandardCopyOption.REPLACE_EXISTING);
        } else {
          attempt(address, part, before);
        }
        return;
      } catch (IOException | IllegalArgumentException e) {
        fruitless = size(part) > before ? 0 : fruitless + 1;
        if (fruitless == FRUITLESS_ATTEMPTS_MAX) {
          throw new ExactaException(
              ExactaException.Category.ERROR,
              "the download from "
                  + address.getHost()
                  + " failed: "
                  + e
                  + "; check the network and start again, which goes on at byte "
                  + size(part)
                  + ", or name a GGUF file with --model FILE",
              e);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ExactaException(
            ExactaException.Category.ERROR, "the download was interrupted; start again", e);
      }
    }
  }

  private void attempt(URI address, Path part, long have) throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(Duration.ofMinutes(2));
    if (have > 0) {
      request.header("Range", "bytes=" + have + "-");
    }
    HttpResponse<InputStream> response =
        client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    try (InputStream body = response.body()) {
      int status = response.statusCode();
      if (status == RANGE_NOT_SATISFIABLE) {
        Files.delete(part);
        throw new IOException("the part that was here is longer than the file");
      }
      boolean goesOn = status == PARTIAL_CONTENT && rangeStart(response) == have;
      if (status != 200 && !goesOn) {
        throw new IOException("the server answered with status " + status);
      }
      long start = goesOn ? have : 0;
      OptionalLong length = response.headers().firstValueAsLong("Content-Length");
      copy(body, part, start, length.isPresent() ? start + length.getAsLong() : -1);
    }
  }

  private void copy(InputStream body, Path part, long start, long total) throws IOException {
    long done = start;
    try (OutputStream out =
        Files.newOutputStream(
            part,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            start == 0 ? StandardOpenOption.TRUNCATE_EXISTING : StandardOpenOption.APPEND)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int count = body.read(buffer); count >= 0; count = body.read(buffer)) {
        out.write(buffer, 0, count);
        done += count;
        progress.at(done, total);
      }
    }
    if (total >= 0 && done != total) {
      throw new IOException("the line broke at byte " + done + " of " + total);
    }
  }

  private static long rangeStart(HttpResponse<?> response) {
    String range = response.headers().firstValue("Content-Range").orElse("");
    int dash = range.indexOf('-');
    return range.startsWith("bytes ") && dash > 6 ? Long.parseLong(range.substring(6, dash)) : -1;
  }

  private static long size(Path part) {
    try {
      return Files.exists(part) ? Files.size(part) : 0;
    } catch (IOException e) {
      throw new ExactaException(ExactaException.Category.FATAL, part + " cannot be read: " + e, e);
    }
  }
}
