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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A model in GGUF, version 2 or 3, mapped into memory, from one file or several parts; or the
 * header of its first file alone (the model's <em>card</em>).
 *
 * <p>Whatever is wrong with a file shows when it is opened, as a FATAL {@link ExactaException} that
 * names file, byte and field. Immutable and safe for many threads; after {@link #close} its
 * segments must not be touched. Source: the GGUF specification of the ggml project. Spec:
 * models.md#reading.
 */
public final class Gguf implements AutoCloseable {
  /** A file with its header. */
  private record Part(MemorySegment file, GgufParser.Header header) {
    MemorySegment data() {
      return file.asSlice(header.headerBytes());
    }
  }

  private final Arena arena;
  private final List<Part> parts;
  private final boolean hasWeights;
  private final Map<String, GgufTensor> tensorsByName = new LinkedHashMap<>();

  private Gguf(Arena arena, List<Part> parts, boolean hasWeights) {
    this.arena = arena;
    this.parts = List.copyOf(parts);
    this.hasWeights = hasWeights;
    for (Part part : parts) {
      part.header().tensors().forEach(tensor -> tensorsByName.put(tensor.name(), tensor));
    }
  }

  /**
   * Maps a model: a file, or the first of the parts that it was split into, with the others beside
   * it. Pages are read as they are touched, and shared between processes.
   */
  public static Gguf open(Path path) {
    Arena arena = Arena.ofShared();
    try {
      return new Gguf(arena, openParts(path, arena), true);
    } catch (RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  private static List<Part> openParts(Path path, Arena arena) {
    Part first = openPart(path, 0, GgufParser.HEADER_BYTES_MAX, arena);
    GgufMetadata metadata = first.header().metadata();
    GgufSplit split = GgufSplit.of(metadata);
    split.requireFirst(metadata);
    List<Part> parts = new ArrayList<>(List.of(first));
    Set<String> names = new HashSet<>();
    long headerBytesLeft = GgufParser.HEADER_BYTES_MAX;
    for (int i = 0; i < split.count(); i++) {
      if (i > 0) {
        parts.add(openPart(split.pathOf(i, path, metadata), i, headerBytesLeft, arena));
        split.requirePart(i, parts.getLast().header().metadata());
      }
      headerBytesLeft -= parts.getLast().header().headerBytes();
      for (GgufTensor tensor : parts.getLast().header().tensors()) {
        if (!names.add(tensor.name())) {
          throw wrong(path, "has tensor '" + tensor.name() + "' in two parts");
        }
      }
    }
    if (split.tensors().isPresent() && split.tensors().get() != names.size()) {
      throw wrong(
          path,
          "should have "
              + split.tensors().get()
              + " tensors in all parts together, but they hold "
              + names.size());
    }
    return parts;
  }

  private static Part openPart(Path path, int index, long headerBytesMax, Arena arena) {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      MemorySegment file = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      Part part =
          new Part(file, new GgufParser(path.toString(), file, index, headerBytesMax).parse());
      checkData(path, part);
      return part;
    } catch (IOException e) {
      throw new ExactaException(
          ExactaException.Category.FATAL,
          "model "
              + path
              + (index == 0 ? "" : ", part " + (index + 1) + " of a split model,")
              + " cannot be read: "
              + e
              + "; check the path and its permissions",
          e);
    }
  }

  /**
   * Reads a card: exactly the bytes that {@link #headerBytes} gives.
   *
   * @param name what messages call it
   */
  public static Gguf ofCard(String name, byte[] card) {
    MemorySegment bytes = MemorySegment.ofArray(card.clone()).asReadOnly();
    GgufParser.Header header = new GgufParser(name, bytes, 0, GgufParser.HEADER_BYTES_MAX).parse();
    GgufSplit.of(header.metadata()).requireFirst(header.metadata());
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
    return new Gguf(Arena.ofShared(), List.of(new Part(bytes, header)), false);
  }

  private static void checkData(Path path, Part part) {
    long start = part.header().headerBytes();
    for (GgufTensor tensor : part.header().tensors()) {
      if (tensor.offset() + tensor.bytes() > part.file().byteSize() - start) {
        throw wrong(
            path,
            "has tensor '"
                + tensor.name()
                + "' up to byte "
                + (start + tensor.offset() + tensor.bytes())
                + ", but only "
                + part.file().byteSize()
                + " bytes");
      }
    }
  }

  private static ExactaException wrong(Path path, String problem) {
    return ExactaException.fatal(
        "model " + path + " " + problem + "; download the file again, with all of its parts");
  }

  public GgufMetadata metadata() {
    return parts.getFirst().header().metadata();
  }

  /** The tensors in the order of the file; a card has those of the first part only. */
  public List<GgufTensor> tensors() {
    return List.copyOf(tensorsByName.values());
  }

  public Optional<GgufTensor> tensor(String name) {
    return Optional.ofNullable(tensorsByName.get(name));
  }

  /** Whether the weights are here, too, and not only the card. */
  public boolean hasWeights() {
    return hasWeights;
  }

  /** The bytes of a tensor of this model, read-only, little-endian; needs {@link #hasWeights}. */
  public MemorySegment data(GgufTensor tensor) {
    Check.that(hasWeights, "a card has no weights");
    return parts.get(tensor.part()).data().asSlice(tensor.offset(), tensor.bytes());
  }

  /** A copy of the card: the first file up to its tensor data, padding included. */
  public byte[] headerBytes() {
    Part first = parts.getFirst();
    return first.file().asSlice(0, first.header().headerBytes()).toArray(ValueLayout.JAVA_BYTE);
  }

  /** Everything after the card: the rest of the first file, and the later parts as they are. */
  List<MemorySegment> rest() {
    List<MemorySegment> rest = new ArrayList<>();
    for (Part part : parts) {
      rest.add(rest.isEmpty() ? part.data() : part.file());
    }
    return rest;
  }

  /** Unmaps the file. */
  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
