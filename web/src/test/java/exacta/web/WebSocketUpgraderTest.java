package exacta.web;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.http.HeaderNames;
import io.helidon.http.HttpPrologue;
import io.helidon.http.Method;
import io.helidon.http.WritableHeaders;
import io.helidon.webserver.ConnectionContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Room for one WebSocket. */
class WebSocketUpgraderTest {
  private final WebSocketUpgrader upgrader =
      new WebSocketUpgrader(
          new WebSocketEndpoint(
              "/websocket",
              new WebSocketLimits(
                  1,
                  1000,
                  1000,
                  Duration.ofSeconds(1),
                  Duration.ofSeconds(1),
                  Duration.ofSeconds(1)),
              peer -> null));

  private static Object proxy(Class<?> type, Function<String, Object> answer) {
    return Proxy.newProxyInstance(
        type.getClassLoader(),
        new Class<?>[] {type},
        (self, method, arguments) -> answer.apply(method.getName()));
  }

  private static ConnectionContext connection(boolean isGone) {
    DataWriter writer =
        (DataWriter)
            proxy(
                DataWriter.class,
                name -> {
                  if (isGone) {
                    throw new UncheckedIOException(new IOException("connection reset"));
                  }
                  return null;
                });
    DataReader reader = DataReader.create(() -> null);
    return (ConnectionContext)
        proxy(
            ConnectionContext.class,
            name ->
                switch (name) {
                  case "dataWriter" -> writer;
                  case "dataReader" -> reader;
                  default -> throw new AssertionError(name);
                });
  }

  private Object upgrade(boolean isGone) {
    WritableHeaders<?> headers = WritableHeaders.create();
    headers.set(HeaderNames.UPGRADE, "websocket");
    headers.set(HeaderNames.CONNECTION, "Upgrade");
    headers.set(WebSocketHandshake.VERSION, "13");
    headers.set(WebSocketHandshake.KEY, "dGhlIHNhbXBsZSBub25jZQ==");
    HttpPrologue prologue =
        HttpPrologue.create("HTTP/1.1", "HTTP", "1.1", Method.GET, "/websocket", false);
    return upgrader.upgrade(connection(isGone), prologue, headers);
  }

  /** Else whoever asks and goes, again and again, would leave no room for others. */
  @Test
  void keepsNoRoomForAClientThatWentBeforeTheAnswer() {
    assertThrows(UncheckedIOException.class, () -> upgrade(true));
    assertInstanceOf(WebSocketConnection.class, upgrade(false));
    assertNull(upgrade(false));
  }
}
