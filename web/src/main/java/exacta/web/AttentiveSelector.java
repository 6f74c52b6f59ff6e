package exacta.web;

import io.helidon.common.buffers.BufferData;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.util.Set;

/**
 * Makes connections that know how long they have been waiting for a byte. Helidon's own time is
 * that since the last request began: by it, one that never finished its headers or its body would
 * stay for ever, since the read timeout of the settings has no effect on a server.
 */
record AttentiveSelector(ServerConnectionSelector http) implements ServerConnectionSelector {
  @Override
  public int bytesToIdentifyConnection() {
    return http.bytesToIdentifyConnection();
  }

  @Override
  public Support supports(BufferData data) {
    return http.supports(data);
  }

  @Override
  public Set<String> supportedApplicationProtocols() {
    return http.supportedApplicationProtocols();
  }

  @Override
  public ServerConnection connection(ConnectionContext context) {
    AttentiveContext attentive = new AttentiveContext(context);
    return new AttentiveConnection(http.connection(attentive), attentive);
  }
}
