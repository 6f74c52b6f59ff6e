package exacta.acceptance;

import exacta.engine.AnswerRequest;
import exacta.engine.BatchLimits;
import exacta.engine.BatchStatus;
import exacta.engine.Batcher;
import exacta.engine.BusyException;
import exacta.engine.ComputePool;
import exacta.engine.Generation;
import exacta.engine.Model;
import exacta.engine.Sampling;
import exacta.engine.Step;
import exacta.numerics.Workers;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Many clients of one engine: {@code MixedLoad FILE.gguf [MINUTES]}. See acceptance/load/run.sh for
 * what it checks. The load is the same for every run; how it meets in batches is not.
 */
public final class MixedLoad {
  private static final int CLIENTS = 32;
  private static final long KEY_VALUE_BYTES = 1L << 30;
  private static final double STALL_SECONDS = 2;
  private static final double FIRST_TOKEN_SECONDS = 0.06;

  /** Answers that are computed again alone, in the end. */
  private static final int COMPARED = 24;

  private final Model model;
  private final Batcher batcher;
  private final long end;
  private final int[] common;
  private final Series firstShort = new Series();
  private final Series firstLong = new Series();
  private final Series between = new Series();
  private final List<Answered> answered = new ArrayList<>();
  private final AtomicInteger left = new AtomicInteger();
  private final AtomicInteger busy = new AtomicInteger();
  private volatile long bytesMost;
  private volatile Throwable failure;

  private record Answered(AnswerRequest request, Digest32 digest) {}

  /** What a client asks, and after how many steps it leaves. */
  private record Visit(AnswerRequest request, boolean isLong, int steps) {}

  /** Seconds, from many threads. */
  private static final class Series {
    private double[] values = new double[1024];
    private int count;

    synchronized void add(double value) {
      if (count == values.length) {
        values = Arrays.copyOf(values, 2 * count);
      }
      values[count++] = value;
    }

    synchronized double percentile(double share) {
      double[] sorted = Arrays.copyOf(values, count);
      Arrays.sort(sorted);
      return count == 0 ? 0 : sorted[(int) Math.min(count - 1, Math.floor(share * count))];
    }

    synchronized String text() {
      return String.format(
          "%d; median %.3f, 90 %% %.3f, 99 %% %.3f, 99.9 %% %.3f, most %.3f s",
          count,
          percentile(0.5),
          percentile(0.9),
          percentile(0.99),
          percentile(0.999),
          percentile(1));
    }
  }

  private MixedLoad(Model model, Batcher batcher, double minutes) {
    this.model = model;
    this.batcher = batcher;
    end = System.nanoTime() + (long) (minutes * 60e9);
    common = new Random(1).ints(700, 1000, 20_000).toArray();
  }

  public static void main(String[] arguments) throws Exception {
    double minutes = arguments.length > 1 ? Double.parseDouble(arguments[1]) : 20;
    boolean right;
    try (Workers workers = new Workers(Runtime.getRuntime().availableProcessors());
        ComputePool pool = new ComputePool(workers);
        Model model = Model.open(Path.of(arguments[0]), pool.kernels());
        Batcher batcher =
            new Batcher(model, pool, BatchLimits.usual().withKeyValueBytes(KEY_VALUE_BYTES))) {
      right = warmFirstToken(batcher);
      right &= new MixedLoad(model, batcher, minutes).run();
    }
    System.exit(right ? 0 : 1);
  }

  /** A prompt of 20 tokens and nobody else. */
  private static boolean warmFirstToken(Batcher batcher) {
    Series first = new Series();
    for (int i = 0; i < 50; i++) {
      int[] prompt = new Random(i).ints(20, 1000, 20_000).toArray();
      long start = System.nanoTime();
      try (Generation generation = batcher.begin(request(prompt, 16, i), "warm-up")) {
        Step step = generation.step();
        while (!(step instanceof Step.Produced)) {
          step = generation.step();
        }
        if (i >= 30) {
          first.add(seconds(start));
        }
        while (!(step instanceof Step.Produced produced && produced.end().isPresent())) {
          step = generation.step();
        }
      }
    }
    System.out.println("first token of 20 tokens, alone: " + first.text());
    return first.percentile(0.5) <= FIRST_TOKEN_SECONDS;
  }

  private boolean run() throws InterruptedException, IOException {
    List<Thread> clients = new ArrayList<>();
    for (int client = 0; client < CLIENTS; client++) {
      Random random = new Random(client);
      clients.add(Thread.ofVirtual().start(() -> visits(random)));
    }
    while (System.nanoTime() < end && failure == null) {
      report();
      long rest = Math.max(1, end - System.nanoTime());
      clients.getFirst().join(Duration.ofNanos(Math.min(rest, 30_000_000_000L)));
    }
    for (Thread client : clients) {
      client.join();
    }
    report();
    System.out.println("first token, short prompts: " + firstShort.text());
    System.out.println("first token, long prompts: " + firstLong.text());
    System.out.println("between tokens: " + between.text());
    return verdict();
  }

  private boolean verdict() {
    BatchStatus status = settled();
    boolean same = answered.stream().limit(COMPARED).allMatch(this::isSameAlone);
    System.out.printf(
        "%d answers, %d left early, %d refused as busy; %d compared with the same alone: %s%n",
        answered.size(),
        left.get(),
        busy.get(),
        Math.min(COMPARED, answered.size()),
        same ? "same bits" : "DIFFERENT");
    System.out.printf(
        "keys and values: at most %d of %d MiB, %d pages in use at the end, %d positions reused, %d"
            + " tokens from drafts%n",
        bytesMost >> 20,
        status.keyValueBytesMax() >> 20,
        status.pagesUsed(),
        status.positionsReused(),
        status.draftsRight());
    if (failure != null) {
      System.out.println("FAILED: " + failure);
    }
    return failure == null
        && same
        && status.pagesUsed() == 0
        && bytesMost <= status.keyValueBytesMax()
        && between.percentile(1) <= STALL_SECONDS;
  }

  /** After the step that lets the last answers go. */
  private BatchStatus settled() {
    long deadline = System.nanoTime() + 5_000_000_000L;
    BatchStatus status = batcher.status();
    while (status.running() > 0 && System.nanoTime() < deadline) {
      Thread.onSpinWait();
      status = batcher.status();
    }
    return status;
  }

  private void visits(Random random) {
    try {
      while (System.nanoTime() < end && failure == null) {
        visit(next(random));
      }
    } catch (RuntimeException | Error e) {
      failure = e; // the verdict tells
    }
  }

  /** Every fourth prompt is long, every second begins as others do, every sixth client leaves. */
  private Visit next(Random random) {
    boolean isLong = random.nextInt(4) == 0;
    int[] own = random.ints(8 + random.nextInt(isLong ? 1500 : 90), 1000, 20_000).toArray();
    int shared = random.nextBoolean() ? random.nextInt(isLong ? common.length : 200) : 0;
    int[] prompt = IntStream.concat(Arrays.stream(common, 0, shared), Arrays.stream(own)).toArray();
    int tokens = 8 + random.nextInt(random.nextInt(5) == 0 ? 250 : 60);
    int steps = random.nextInt(6) == 0 ? random.nextInt(20) : Integer.MAX_VALUE;
    return new Visit(request(prompt, tokens, random.nextInt()), prompt.length > 400, steps);
  }

  private static AnswerRequest request(int[] prompt, int tokens, int seed) {
    Sampling sampling =
        seed % 2 == 0 ? Sampling.greedy() : new Sampling(0.8f, 40, 0.95f, List.of());
    Digest32 key = Hasher.of("mixed-load").integer(seed & 0xffffffffL).finish();
    return new AnswerRequest(prompt, tokens, sampling, key, new int[0]);
  }

  private void visit(Visit visit) {
    long last = System.nanoTime();
    boolean first = true;
    try (Generation generation = batcher.begin(visit.request(), Thread.currentThread())) {
      for (int i = 0; i < visit.steps(); i++) {
        switch (generation.step()) {
          case Step.Prefilled _ -> {}
          case Step.Produced produced -> {
            (first ? visit.isLong() ? firstLong : firstShort : between).add(seconds(last));
            first = false;
            last = System.nanoTime();
            if (produced.end().isPresent()) {
              keep(visit.request(), generation.digest());
              return;
            }
          }
          case Step.Ended ended -> throw new AssertionError("an answer ended as " + ended.end());
        }
      }
      left.incrementAndGet();
    } catch (BusyException _) {
      busy.incrementAndGet(); // what a client does then is to ask somebody else
    }
  }

  private synchronized void keep(AnswerRequest request, Digest32 digest) {
    answered.add(new Answered(request, digest));
  }

  private boolean isSameAlone(Answered one) {
    Generation alone = Generation.withoutDrafts(model, one.request());
    while (!(alone.step() instanceof Step.Produced produced && produced.end().isPresent())) {}
    return alone.digest().equals(one.digest());
  }

  private void report() throws IOException {
    BatchStatus status = batcher.status();
    bytesMost = Math.max(bytesMost, status.keyValueBytes());
    Runtime runtime = Runtime.getRuntime();
    System.out.printf(
        "%d running, %d waiting; %d answers; keys and values %d MiB; heap %d MiB, resident %d"
            + " MiB%n",
        status.running(),
        status.waiting(),
        answered.size(),
        status.keyValueBytes() >> 20,
        runtime.totalMemory() - runtime.freeMemory() >> 20,
        residentKiB() >> 10);
  }

  private static long residentKiB() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElse(0);
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) * 1e-9;
  }
}
