package exacta.acceptance;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Sends damaged messages to a ledger node and to a chain's RPC, WebSocket and REST, in a process of
 * its own, and looks whether it lives, answers good messages, and keeps its memory.
 */
final class FuzzRun {
  private static final long RSS_BYTES_MAX = 900L << 20;
  private static final int FAULTS_MAX = 20;

  /** One who sends. */
  interface Part extends AutoCloseable {
    /** Sends some damaged messages; returns how many. */
    int round() throws IOException;

    /** Sends good messages, whose answers are known. */
    void probe() throws IOException;

    @Override
    void close() throws IOException;
  }

  /** What was not as it should be. Safe for several threads. */
  static final class Faults {
    private final List<String> found = new ArrayList<>();

    synchronized void found(String fault) {
      if (found.size() < FAULTS_MAX && !found.contains(fault)) {
        found.add(fault);
      }
    }

    void require(boolean condition, String otherwise) {
      if (!condition) {
        found(otherwise);
      }
    }

    synchronized List<String> list() {
      return List.copyOf(found);
    }
  }

  private final Faults faults = new Faults();
  private final AtomicLong sent = new AtomicLong();
  private final BooleanSupplier alive;
  private final LongSupplier memory;

  /**
   * @param alive whether the target still is
   * @param memory how many bytes it has
   */
  FuzzRun(BooleanSupplier alive, LongSupplier memory) {
    this.alive = alive;
    this.memory = memory;
  }

  /** Sends so many messages, each part on a thread of its own; what was wrong. */
  List<String> run(List<Part> parts, long count) throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (Part part : parts) {
      threads.add(Thread.ofPlatform().start(() -> send(part, count)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    return faults.list();
  }

  Faults faults() {
    return faults;
  }

  long sent() {
    return sent.get();
  }

  private void send(Part part, long count) {
    String name = part.getClass().getSimpleName();
    try (part) {
      while (sent.get() < count && faults.list().size() < FAULTS_MAX && alive.getAsBoolean()) {
        sent.addAndGet(part.round());
        part.probe();
        long bytes = memory.getAsLong();
        faults.require(bytes < RSS_BYTES_MAX, "the process has more than 900 MiB");
      }
    } catch (IOException | RuntimeException e) {
      faults.found(name + ": " + e);
    }
    faults.require(alive.getAsBoolean(), "the process ended");
  }

  private static long residentBytes(long pid) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) << 10;
        }
      }
    } catch (IOException e) {
      // It ended; whoever asks next whether it lives is told.
    }
    return 0;
  }

  /** Arguments: the command that starts a target, then how many messages, then the seed. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    int last = arguments.length - 1;
    long count = Long.parseLong(arguments[last - 1]);
    long seed = Long.parseLong(arguments[last]);
    System.out.println("seed " + seed + ", " + count + " messages");
    Process target =
        new ProcessBuilder(List.of(arguments).subList(0, last - 1))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    boolean isWell;
    try {
      BufferedReader lines = target.inputReader();
      String[] ports = String.valueOf(lines.readLine()).split(" ");
      if (ports.length != 3) {
        throw new IOException("the target did not start");
      }
      AtomicLong most = new AtomicLong();
      FuzzRun run =
          new FuzzRun(
              target::isAlive, () -> most.accumulateAndGet(residentBytes(target.pid()), Math::max));
      List<Part> parts =
          List.of(
              new FuzzAbci(Path.of(ports[0]), seed, run.faults()),
              new FuzzHttp(
                  Integer.parseInt(ports[1]), Integer.parseInt(ports[2]), seed + 1, run.faults()),
              new FuzzSocket(Integer.parseInt(ports[1]), seed + 2, run.faults()));
      List<String> faults = run.run(parts, count);
      System.out.printf(
          "%,d messages; the process lives: %s; at most %,d MiB%n",
          run.sent(), target.isAlive(), most.get() >> 20);
      faults.forEach(fault -> System.out.println("FAULT  " + fault));
      System.out.println(faults.isEmpty() ? "all is well" : faults.size() + " faults");
      isWell = faults.isEmpty();
    } finally {
      // Its folder is removed after us, and must not be in use any more. No exit before this: it
      // would skip it.
      target.destroyForcibly().waitFor();
    }
    System.exit(isWell ? 0 : 1);
  }
}
