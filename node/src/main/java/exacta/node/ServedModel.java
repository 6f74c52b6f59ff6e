package exacta.node;

import com.google.protobuf.ByteString;
import exacta.engine.BatchLimits;
import exacta.engine.BatchStatus;
import exacta.engine.Batcher;
import exacta.engine.ComputePool;
import exacta.engine.Model;
import exacta.host.HostCompute;
import exacta.numerics.KernelSelfTest;
import exacta.numerics.Workers;
import exacta.primitives.ExactaException;
import exacta.protocol.v1.Ask;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** One model in memory, and the threads that compute with it: what all hosts of a process share. */
final class ServedModel implements AutoCloseable {
  private static final int THREADS_MAX = 8;

  private final Path file;
  private final Workers workers;
  private final ComputePool pool;
  private final Model model;
  private final Batcher batcher;

  private ServedModel(Path file, Workers workers, ComputePool pool, Model model, Batcher batcher) {
    this.file = file;
    this.workers = workers;
    this.pool = pool;
    this.model = model;
    this.batcher = batcher;
  }

  /** The file that was named, or else the default model, which is fetched if it is not there. */
  static Path locate(Optional<Path> named, Map<String, String> environment, PrintStream messages) {
    return named
        .map(Path::toAbsolutePath)
        .orElseGet(() ->
            ModelSource.standard(environment, messages)
                .fetch(ModelSource.standardCache(environment)));
  }

  /** With as much memory for keys and values as is usual. */
  static ServedModel open(Path file, Consumer<String> warnings) {
    return open(file, BatchLimits.usual(), warnings);
  }

  /**
   * Loads a model.
   *
   * @param warnings lines for a person, if computing with it turns out to be slow here
   * @throws ExactaException FATAL also if a kernel that it uses is not exact on this machine
   */
  static ServedModel open(Path file, BatchLimits limits, Consumer<String> warnings) {
    int processors = Runtime.getRuntime().availableProcessors();
    Workers workers = Workers.ofColdProcess(Math.min(processors, THREADS_MAX));
    ComputePool pool = new ComputePool(workers);
    Optional<Model> opened = Optional.empty();
    try {
      Model model = Model.open(file, pool.kernels());
      opened = Optional.of(model);
      Batcher batcher = new Batcher(model, pool, limits);
      KernelSelfTest.requireSameBits(pool.kernels(), model.weightFormats());
      Thread.ofVirtual().name("rehearsal").start(new Rehearsal(pool, model, warnings));
      return new ServedModel(file, workers, pool, model, batcher);
    } catch (RuntimeException | Error e) {
      pool.close();
      workers.close();
      opened.ifPresent(Model::close);
      throw e;
    }
  }

  Path file() {
    return file;
  }

  Model model() {
    return model;
  }

  ComputePool pool() {
    return pool;
  }

  Batcher batcher() {
    return batcher;
  }

  HostCompute compute() {
    return new HostCompute(model, pool, batcher);
  }

  /** What the network calls it: the file's name without format and quantization. */
  String name() {
    return nameOf(file);
  }

  static String nameOf(Path file) {
    String stem = file.getFileName().toString().replaceFirst("(?i)\\.gguf$", "");
    String plain = stem.replaceFirst("(?i)[.-](Q\\d\\w*|F16|F32|BF16)$", "");
    return plain.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9._-]+", "-");
  }

  /** For people: what fits at the same time. */
  String capacity() {
    BatchStatus status = batcher.status();
    return "keys and values: at most %d MiB, an answer of at most %d tokens with its prompt"
        .formatted(status.keyValueBytesMax() >> 20, contextLength());
  }

  /** The model's, as far as the memory for keys and values goes. */
  int contextLength() {
    return batcher.contextLength();
  }

  Ask ask(Prices prices) {
    return Ask.newBuilder()
        .setModel(ByteString.copyFrom(model.digest().identity().root().toBytes()))
        .setInputPrice(prices.input().nanoCoins())
        .setOutputPrice(prices.output().nanoCoins())
        .setContextLength(contextLength())
        .build();
  }

  @Override
  public void close() {
    batcher.close();
    pool.close();
    model.close();
    workers.close();
  }
}
