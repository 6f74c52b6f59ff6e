package exacta.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.primitives.ExactaException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ShutdownTest {
  private final List<String> closed = new ArrayList<>();

  private AutoCloseable part(String name) {
    return () -> closed.add(name);
  }

  @Test
  void closesLastThingsFirstAndOnlyOnce() throws InterruptedException {
    Shutdown shutdown = new Shutdown();
    shutdown.opened(part("chain"));
    shutdown.opened(part("host"));
    shutdown.close();
    shutdown.close();
    assertEquals(List.of("host", "chain"), closed);
    shutdown.await();
  }

  @Test
  void oneFailureWhileClosingDoesNotKeepTheRestOpen() {
    Shutdown shutdown = new Shutdown();
    shutdown.opened(part("chain"));
    shutdown.opened(
        (AutoCloseable)
            () -> {
              throw ExactaException.error("will not");
            });
    shutdown.close();
    assertEquals(List.of("chain"), closed);
  }

  @Test
  void whatIsOpenedTooLateIsClosedAtOnce() {
    Shutdown shutdown = new Shutdown();
    shutdown.close();
    assertThrows(ExactaException.class, () -> shutdown.opened(part("late")));
    assertEquals(List.of("late"), closed);
    assertTrue(shutdown.isAsked());
  }
}
