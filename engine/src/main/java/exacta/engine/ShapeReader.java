package exacta.engine;

import exacta.engine.gguf.GgufMetadata;
import exacta.primitives.ExactaException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Takes the numbers of an architecture from a file's metadata, by the part of the key after the
 * architecture's name. What is left over at the end is refused: to ignore it could make this
 * another function than the file's.
 */
final class ShapeReader {
  /** Keys that only tell how the file was made. */
  private static final Set<String> REMARKS = Set.of("tensor_data_layout", "rope.scaling.finetuned");

  private final GgufMetadata metadata;
  private final String prefix;
  private final Set<String> taken = new HashSet<>();

  ShapeReader(GgufMetadata metadata, Architecture architecture) {
    this.metadata = metadata;
    prefix = architecture.key() + ".";
    REMARKS.forEach(this::take);
  }

  boolean has(String key) {
    return metadata.keys().contains(take(key));
  }

  /** A number that must be there, between the bounds, both included. */
  int integer(String key, int min, int max) {
    return metadata.requireInteger(take(key), min, max);
  }

  /** The number, or the default where it is not given. */
  int integer(String key, int min, int max, int missing) {
    return metadata.integer(take(key)).isEmpty() ? missing : integer(key, min, max);
  }

  /** A float that must be there, between the bounds, both included. */
  float real(String key, float min, float max) {
    float value = metadata.requireReal(take(key));
    if (!(value >= min && value <= max)) {
      throw wrong(key, "is " + value + ", which is not between " + min + " and " + max);
    }
    return value;
  }

  float real(String key, float min, float max, float missing) {
    return metadata.real(take(key)).isEmpty() ? missing : real(key, min, max);
  }

  Optional<String> text(String key) {
    return metadata.text(take(key));
  }

  /** Refuses any other number than the expected one; it need not be given. */
  void same(String key, int expected) {
    long value = metadata.integer(take(key)).orElse((long) expected);
    if (value != expected) {
      throw wrong(key, "is " + value + ", and only " + expected + " is supported here");
    }
  }

  /** Refuses any other value than the expected one; it need not be given. */
  void same(String key, boolean expected) {
    if (metadata.flag(take(key)).orElse(expected) != expected) {
      throw wrong(key, "is " + !expected + ", and only " + expected + " is supported here");
    }
  }

  /** Refuses any other value than the expected one; it need not be given. */
  void same(String key, float expected) {
    float value = metadata.real(take(key)).orElse(expected);
    if (value != expected) {
      throw wrong(key, "is " + value + ", and only " + expected + " is supported here");
    }
  }

  /** Refuses keys of the architecture that nobody took. */
  void requireAllTaken() {
    for (String key : metadata.keys()) {
      if (key.startsWith(prefix) && !taken.contains(key)) {
        throw metadata.wrong(key, "is not known to this engine, which cannot ignore it");
      }
    }
  }

  ExactaException wrong(String key, String problem) {
    return metadata.wrong(prefix + key, problem);
  }

  private String take(String key) {
    taken.add(prefix + key);
    return prefix + key;
  }
}
