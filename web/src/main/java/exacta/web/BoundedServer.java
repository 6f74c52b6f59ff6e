package exacta.web;

import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import java.time.Duration;

/** Web servers of HTTP/1.1 that keep to limits. */
public final class BoundedServer {
  /** How often connections are looked at, within the time that one may be silent. */
  private static final int LOOKS = 6;

  private BoundedServer() {}

  /** The beginning of a server; address and routes are still to come. */
  public static WebServerConfig.Builder builder(ServerLimits limits) {
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
        .addConnectionSelector(
            new AttentiveSelector(Http1ConnectionSelector.builder().config(http).build()));
  }
}
