package exacta.web;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.http1.Http1ConnectionSelectorConfig;
import java.time.Duration;

/** Web servers of HTTP/1.1 that keep to limits. */
public final class BoundedServer {
  /** How often connections are looked at, within the time that one may be silent. */
  private static final int LOOKS = 6;

  private BoundedServer() {}

  /** The beginning of a server; address and routes are still to come. */
  public static WebServerConfig.Builder builder(ServerLimits limits) {
    return builder(limits, Http1ConnectionSelector.builder());
  }

  /** The same, with a WebSocket; the routes have one for its path, too, which refuses. */
  public static WebServerConfig.Builder builder(ServerLimits limits, WebSocketEndpoint endpoint) {
    WebSocketUpgrader upgrader = new WebSocketUpgrader(endpoint);
    return builder(
        limits,
        Http1ConnectionSelector.builder()
            .putUpgrader(upgrader.supportedProtocol(), upgrader)
            .putUpgrader("WebSocket", upgrader)); // old clients write it so; the key is not folded
  }

  private static WebServerConfig.Builder builder(
      ServerLimits limits, Http1ConnectionSelectorConfig.Builder selector) {
    Http1Config http =
        Http1Config.builder()
            .maxPrologueLength(limits.uriBytesMax())
            .maxHeadersSize(limits.headerBytesMax())
            .build();
    Duration look = limits.silenceMax().dividedBy(LOOKS);
    return WebServer.builder()
        .shutdownHook(false)
        .maxTcpConnections(limits.connectionsMax())
        .idleConnectionTimeout(limits.silenceMax())
        .idleConnectionPeriod(look.isZero() ? limits.silenceMax() : look)
        .protocolsDiscoverServices(false)
        .addConnectionSelector(new AttentiveSelector(selector.config(http).build()));
  }
}
