package exacta.node;

import exacta.primitives.ExactaException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a CometBFT tells of itself and its chain, to somebody who knows neither yet. Every method
 * asks anew, and throws {@link ExactaException} (error) if there is no good answer.
 */
final class CometRpc implements AutoCloseable {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(30);

  /** Pieces of 16 MB. */
  private static final long GENESIS_PIECES_MAX = 16;

  /** What goes into a configuration file can be nothing but a name and an address. */
  private static final Pattern NODE_ID = Pattern.compile("[0-9a-f]{40}");

  private static final Pattern HOST_PORT = Pattern.compile("[\\w.:\\[\\]-]{1,260}");

  private final URI address;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();

  CometRpc(URI address) {
    this.address = address;
  }

  URI address() {
    return address;
  }

  /** The height of its newest block. */
  long height() {
    return number(result("status").at("/sync_info/latest_block_height"));
  }

  /** The hash of a block, in upper-case hex digits. */
  String blockHash(long height) {
    return text(result("block?height=" + height).at("/block_id/hash")).toUpperCase(Locale.ROOT);
  }

  /** The genesis file, byte for byte. */
  byte[] genesis() {
    ByteArrayOutputStream genesis = new ByteArrayOutputStream();
    long count = 1;
    for (long index = 0; index < count; index++) {
      JsonNode chunk = result("genesis_chunked?chunk=" + index);
      count = number(chunk.at("/total"));
      if (count > GENESIS_PIECES_MAX) {
        throw ExactaException.error(address + " has a genesis of " + count + " pieces of 16 MB");
      }
      genesis.writeBytes(Base64.getDecoder().decode(text(chunk.at("/data"))));
    }
    return genesis.toByteArray();
  }

  /** Itself and the nodes that it is connected to: names, and where they listen. */
  Map<String, String> nodes() {
    Map<String, String> nodes = new LinkedHashMap<>();
    add(nodes, result("status").at("/node_info"), address.getHost());
    for (JsonNode peer : result("net_info").at("/peers")) {
      add(nodes, peer.at("/node_info"), text(peer.at("/remote_ip")));
    }
    return nodes;
  }

  private void add(Map<String, String> nodes, JsonNode info, String seenAt) {
    String listens = text(info.at("/listen_addr")).replaceFirst("^tcp://", "");
    int colon = listens.lastIndexOf(':');
    String host = colon < 0 ? "" : listens.substring(0, colon);
    // Who listens everywhere does not say where others find it.
    boolean isAnywhere = host.isEmpty() || host.equals("0.0.0.0") || host.equals("[::]");
    String id = text(info.at("/id"));
    String at = isAnywhere ? seenAt + listens.substring(Math.max(0, colon)) : listens;
    if (!NODE_ID.matcher(id).matches() || !HOST_PORT.matcher(at).matches()) {
      throw ExactaException.error(address + " names a node that cannot be: " + id + "@" + at);
    }
    nodes.put(id, at);
  }

  private JsonNode result(String call) {
    URI uri = URI.create(address.toString().replaceFirst("/$", "") + "/" + call);
    try {
      HttpRequest request = HttpRequest.newBuilder(uri).timeout(ANSWER_MAX).build();
      JsonNode answer =
          JsonMapper.shared().readTree(http.send(request, BodyHandlers.ofByteArray()).body());
      if (answer.has("error")) {
        throw ExactaException.error(uri + " answers " + answer.get("error"));
      }
      return answer.path("result");
    } catch (IOException | JacksonException e) {
      throw new ExactaException(
          ExactaException.Category.ERROR,
          "there is no RPC of CometBFT at " + address + " (" + e + "); name another with --rpc",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ExactaException.error("interrupted while asking " + uri);
    }
  }

  private String text(JsonNode node) {
    if (!node.isString()) {
      throw ExactaException.error(address + " does not answer as CometBFT v0.40 does");
    }
    return node.stringValue();
  }

  /** CometBFT writes numbers of 64 bits as texts. */
  private long number(JsonNode node) {
    try {
      return Long.parseLong(text(node));
    } catch (NumberFormatException e) {
      throw new ExactaException(
          ExactaException.Category.ERROR, address + " tells no number, but " + node, e);
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
