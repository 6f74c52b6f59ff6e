package exacta.host;

import exacta.crypto.PrivateKey;
import exacta.engine.BatchLimits;
import exacta.engine.Batcher;
import exacta.engine.ComputePool;
import exacta.engine.Model;
import exacta.numerics.Workers;
import exacta.primitives.Hasher;
import exacta.protocol.Wire;
import exacta.protocol.v1.Ask;
import exacta.testkit.TinyModels;
import java.nio.file.Path;
import java.time.Duration;

/** A tiny model and a pool that the hosts of a test share, and a chain in memory. */
final class TestMachine implements AutoCloseable {
  static final long INPUT_PRICE = 1_000_000;
  static final long OUTPUT_PRICE = 3_000_000;

  final Path home;
  final ComputePool pool = new ComputePool(new Workers(1));
  final Model model;
  final Batcher batcher;
  final HostCompute compute;
  final TestChain chain = new TestChain();

  TestMachine(Path home) {
    this.home = home;
    Path file = home.resolve("model.gguf");
    TinyModels.llama(7, file);
    model = Model.open(file, pool.kernels());
    batcher = new Batcher(model, pool, BatchLimits.usual());
    compute = new HostCompute(model, pool, batcher);
  }

  static PrivateKey key(String name) {
    return PrivateKey.of(Hasher.of("test-key").text(name).finish().toBytes());
  }

  Ask ask() {
    return Ask.newBuilder()
        .setModel(Wire.bytes(model.digest().identity().root()))
        .setInputPrice(INPUT_PRICE)
        .setOutputPrice(OUTPUT_PRICE)
        .setContextLength(512)
        .build();
  }

  HostSettings settings(String name) {
    return new HostSettings(home.resolve(name), "127.0.0.1", 0, "--port", 1, 2, Duration.ZERO);
  }

  /** Starts an honest host and announces it. */
  Host start(String name) {
    return start(name, AnswerWork.honest(batcher));
  }

  Host start(String name, AnswerWork work) {
    PrivateKey key = key(name);
    chain.host(key.address(), 1, ask());
    Host host =
        Host.start(settings(name), chain, key, compute, NonceWork.HONEST, work, HostLog.SILENT);
    chain.host(key.address(), host.port(), ask());
    return host;
  }

  @Override
  public void close() {
    pool.close();
    model.close();
  }
}
