package exacta.engine.gguf;

import exacta.primitives.Check;
import exacta.primitives.ExactaException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A GGUF file of version 2 or 3, mapped into memory, or a header alone (the model's <em>card</em>).
 *
 * <p>Whatever is wrong with a file shows when it is opened, as a FATAL {@link ExactaException} that
 * names file, byte and field. Immutable and safe for many threads; after {@link #close} its
 * segments must not be touched. Source: the GGUF specification of the ggml project. Spec:
 * models.md#reading.
 */
public final class Gguf implements AutoCloseable {
  private final MemorySegment file;
  private final Arena arena;
  private final GgufParser.Header header;
  private final Map<String, GgufTensor> tensorsByName = new LinkedHashMap<>();

  private Gguf(Arena arena, MemorySegment file, GgufParser.Header header) {
    this.arena = arena;
    this.file = file;
    this.header = header;
    header.tensors().forEach(tensor -> tensorsByName.put(tensor.name(), tensor));
  }

  /** Maps a model file. Its pages are read as they are touched and shared between processes. */
  public static Gguf open(Path path) {
    Arena arena = Arena.ofShared();
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      MemorySegment file = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      GgufParser.Header header = new GgufParser(path.toString(), file).parse();
      checkData(path, file.byteSize(), header);
      return new Gguf(arena, file, header);
    } catch (IOException e) {
      arena.close();
      throw new ExactaException(
          ExactaException.Category.FATAL,
          "model " + path + " cannot be read: " + e + "; check the path and its permissions",
          e);
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  /**
   * Reads a card: exactly the bytes that {@link #headerBytes} gives.
   *
   * @param name what messages call it
   */
  public static Gguf ofCard(String name, byte[] card) {
    MemorySegment bytes = MemorySegment.ofArray(card.clone()).asReadOnly();
    GgufParser.Header header = new GgufParser(name, bytes).parse();
    if (header.headerBytes() != card.length) {
      throw ExactaException.fatal(
          "model "
              + name
              + ": the card has "
              + card.length
              + " bytes, but its header ends after "
              + header.headerBytes()
              + "; fetch the card again");
    }
    return new Gguf(Arena.ofShared(), bytes, header);
  }

  private static void checkData(Path path, long fileBytes, GgufParser.Header header) {
    long dataBytes = fileBytes - header.headerBytes();
    for (GgufTensor tensor : header.tensors()) {
      if (tensor.offset() + tensor.bytes() > dataBytes) {
        throw ExactaException.fatal(
            "model "
                + path
                + ": tensor '"
                + tensor.name()
                + "' ends at byte "
                + (header.headerBytes() + tensor.offset() + tensor.bytes())
                + ", but the file has only "
                + fileBytes
                + "; download the file again");
      }
    }
  }

  public GgufMetadata metadata() {
    return header.metadata();
  }

  /** The tensors in the order of the file. */
  public List<GgufTensor> tensors() {
    return header.tensors();
  }

  public Optional<GgufTensor> tensor(String name) {
    return Optional.ofNullable(tensorsByName.get(name));
  }

  /** Whether the weights are here, too, and not only the card. */
  public boolean hasWeights() {
    return file.byteSize() > header.headerBytes();
  }

  /** The bytes of a tensor of this file, read-only, little-endian; needs {@link #hasWeights}. */
  public MemorySegment data(GgufTensor tensor) {
    Check.that(hasWeights(), "a card has no weights");
    return file.asSlice(header.headerBytes() + tensor.offset(), tensor.bytes());
  }

  /** A copy of the card: the file up to its tensor data, padding included. */
  public byte[] headerBytes() {
    return file.asSlice(0, header.headerBytes()).toArray(ValueLayout.JAVA_BYTE);
  }

  /** Everything after the card. */
  MemorySegment weights() {
    return file.asSlice(header.headerBytes());
  }

  /** Unmaps the file. */
  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
