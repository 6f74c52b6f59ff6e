package exacta.fraud;

import exacta.engine.AnswerRequest;
import exacta.engine.BatchLimits;
import exacta.engine.Batcher;
import exacta.engine.ComputePool;
import exacta.engine.Generation;
import exacta.engine.Model;
import exacta.engine.gguf.Gguf;
import exacta.engine.gguf.GgufTensor;
import exacta.engine.gguf.TensorType;
import exacta.host.AnswerWork;
import exacta.primitives.ExactaException;
import exacta.primitives.ExactaException.Category;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * Answers with weights of two bits in place of four. The file has the same header as the real one,
 * so the card that the host shows is right; only the weights are not.
 */
public final class WeakModel implements AnswerWork, AutoCloseable {
  /** Nibbles 0, 5, 10 and 15 are left of sixteen. */
  private static final int STEP = 5;

  private final Path file;
  private final Model model;
  private final Batcher batcher;

  private WeakModel(Path file, Model model, Batcher batcher) {
    this.file = file;
    this.model = model;
    this.batcher = batcher;
  }

  /**
   * Writes the weaker file into the folder and opens it; closing deletes it.
   *
   * @param original a GGUF file with 4-bit weights
   * @param pool that computes with it
   * @throws ExactaException FATAL if a file cannot be read or written
   */
  public static WeakModel make(Path original, Path folder, ComputePool pool) {
    try {
      Files.createDirectories(folder);
      Path file = Files.createTempFile(folder, "weak-", ".gguf");
      Files.copy(original, file, StandardCopyOption.REPLACE_EXISTING);
      weaken(file);
      Model model = Model.open(file, pool.kernels());
      return new WeakModel(file, model, new Batcher(model, pool, BatchLimits.usual()));
    } catch (IOException e) {
      throw new ExactaException(
          Category.FATAL,
          "cannot write a weaker copy of " + original + " into " + folder + ": " + e.getMessage(),
          e);
    }
  }

  private static void weaken(Path file) throws IOException {
    long header;
    List<GgufTensor> tensors;
    try (Gguf gguf = Gguf.open(file)) {
      header = gguf.headerBytes().length;
      tensors = gguf.tensors();
    }
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      for (GgufTensor tensor : tensors) {
        if (tensor.type() == TensorType.Q4_0 || tensor.type() == TensorType.Q4_1) {
          weaken(channel, header + tensor.offset(), tensor);
        }
      }
    }
  }

  private static void weaken(FileChannel channel, long at, GgufTensor tensor) throws IOException {
    ByteBuffer data = ByteBuffer.allocate(Math.toIntExact(tensor.bytes()));
    while (data.hasRemaining()) {
      if (channel.read(data, at + data.position()) < 0) {
        throw new IOException("tensor " + tensor.name() + " is cut short");
      }
    }
    int block = tensor.type().blockBytes();
    int scales = block - tensor.type().blockElements() / 2;
    byte[] bytes = data.array();
    for (int start = 0; start < bytes.length; start += block) {
      for (int i = start + scales; i < start + block; i++) {
        int both = bytes[i] & 0xff;
        bytes[i] = (byte) (coarse(both & 15) | coarse(both >> 4) << 4);
      }
    }
    data.flip();
    while (data.hasRemaining()) {
      channel.write(data, at + data.position());
    }
  }

  private static int coarse(int nibble) {
    return (nibble + STEP / 2) / STEP * STEP;
  }

  @Override
  public Generation begin(AnswerRequest request, Object owner) {
    return batcher.begin(request, owner);
  }

  /** The model that it answers with. */
  public Model model() {
    return model;
  }

  @Override
  public void close() {
    batcher.close();
    model.close();
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new ExactaException(Category.ERROR, "cannot delete " + file + ": " + e.getMessage(), e);
    }
  }
}
