package exacta.cli;

import exacta.engine.Model;
import exacta.engine.gguf.Gguf;
import exacta.engine.text.ModelCard;
import exacta.node.ModelSource;
import exacta.numerics.Kernels;
import exacta.numerics.Workers;
import exacta.primitives.ExactaException;
import java.nio.file.Path;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The model that a command works on without any network. */
final class ModelFile {
  static final String DEFAULT = "default";

  private static final int THREADS_MAX = 64;

  /** More rarely help, as the memory cannot feed them. */
  private static final int THREADS_USUAL = 8;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "FILE",
      description =
          "A GGUF file. Not given, or 'default': the default model, fetched if it is not there")
  private String file;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "How many cores compute; no answer depends on it. Default: all, at most 8")
  private int threads;

  /** A model, and the threads that compute with it. */
  record Opened(Model model, Workers workers) implements AutoCloseable {
    @Override
    public void close() {
      model.close();
      workers.close();
    }
  }

  boolean isNamed() {
    return file != null;
  }

  /** Fetches the default model, if that is what was named. */
  Path path() {
    return pathOf(file == null ? DEFAULT : file);
  }

  /** The path of a model as people name it; the default one is fetched. */
  static Path pathOf(String name) {
    return name.equals(DEFAULT)
        ? ModelSource.standard(System.getenv(), System.err)
            .fetch(ModelSource.standardCache(System.getenv()))
        : Path.of(name);
  }

  /** What can be known without loading weights. */
  ModelCard card() {
    Path path = path();
    try (Gguf gguf = Gguf.open(path)) {
      return ModelCard.of(path.toString(), gguf);
    }
  }

  Opened open() {
    if (threads < 0 || threads > THREADS_MAX) {
      throw ExactaException.fatal("--threads is 1 to " + THREADS_MAX + ", not " + threads);
    }
    int processors = Runtime.getRuntime().availableProcessors();
    Workers workers =
        Workers.ofColdProcess(threads > 0 ? threads : Math.min(processors, THREADS_USUAL));
    try {
      return new Opened(Model.open(path(), Kernels.vector(workers)), workers);
    } catch (RuntimeException | Error e) {
      workers.close();
      throw e;
    }
  }
}
