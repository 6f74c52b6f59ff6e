package exacta.engine.gguf;

import exacta.primitives.ExactaException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The key-value part of a GGUF file. A getter answers empty where the key is missing, and throws a
 * FATAL {@link ExactaException} that names file and key where the value is of another kind.
 */
public final class GgufMetadata {
  private final String source;
  private final Map<String, GgufValue> values;

  GgufMetadata(String source, Map<String, GgufValue> values) {
    this.source = source;
    this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** The keys in the order of the file. */
  public Set<String> keys() {
    return values.keySet();
  }

  Map<String, GgufValue> values() {
    return values;
  }

  public Optional<String> text(String key) {
    return get(key, GgufValue.Text.class, "a text").map(GgufValue.Text::value);
  }

  public Optional<Boolean> flag(String key) {
    return get(key, GgufValue.Flag.class, "true or false").map(GgufValue.Flag::value);
  }

  /** A whole number of any width. */
  public Optional<Long> integer(String key) {
    return get(key, GgufValue.Whole.class, "a whole number").map(GgufValue.Whole::value);
  }

  /** A 32-bit float, or a 64-bit one rounded to 32. */
  public Optional<Float> real(String key) {
    return get(key, GgufValue.Real.class, "a float").map(value -> (float) value.value());
  }

  public Optional<List<String>> texts(String key) {
    return get(key, GgufValue.Texts.class, "a list of texts").map(GgufValue.Texts::values);
  }

  /** Whole numbers, or a FATAL error where there are not so many. */
  public Optional<long[]> integers(String key, int count) {
    return get(key, GgufValue.Wholes.class, "a list of whole numbers")
        .map(value -> {
          requireCount(key, value.count(), count);
          long[] wholes = new long[count];
          for (int i = 0; i < count; i++) {
            wholes[i] = value.value(i);
          }
          return wholes;
        });
  }

  /** 32-bit floats, or 64-bit ones rounded to 32; a FATAL error where there are not so many. */
  public Optional<float[]> reals(String key, int count) {
    return get(key, GgufValue.Reals.class, "a list of floats")
        .map(value -> {
          requireCount(key, value.values().length, count);
          float[] floats = new float[count];
          for (int i = 0; i < count; i++) {
            floats[i] = (float) value.values()[i];
          }
          return floats;
        });
  }

  private void requireCount(String key, int count, int wanted) {
    if (count != wanted) {
      throw wrong(key, "has " + count + " entries for " + wanted);
    }
  }

  /** The text, or a FATAL error that says which key is missing. */
  public String requireText(String key) {
    return text(key).orElseThrow(() -> missing(key));
  }

  public List<String> requireTexts(String key) {
    return texts(key).orElseThrow(() -> missing(key));
  }

  public float requireReal(String key) {
    return real(key).orElseThrow(() -> missing(key));
  }

  /** The number, or a FATAL error where it is missing or outside of the bounds (both included). */
  public int requireInteger(String key, int min, int max) {
    long value = integer(key).orElseThrow(() -> missing(key));
    if (value < min || value > max) {
      throw wrong(key, "is " + value + ", which is not between " + min + " and " + max);
    }
    return (int) value;
  }

  /** For a reader of the metadata that finds a value it cannot work with. */
  public ExactaException wrong(String key, String problem) {
    return wrong(key, problem, "use another GGUF file of this model");
  }

  /** The same, where something better can be done than to use another file. */
  ExactaException wrong(String key, String problem, String remedy) {
    return ExactaException.fatal(
        "model " + source + ": metadata '" + key + "' " + problem + "; " + remedy);
  }

  private ExactaException missing(String key) {
    return wrong(key, "is missing");
  }

  private <T extends GgufValue> Optional<T> get(String key, Class<T> kind, String expected) {
    GgufValue value = values.get(key);
    if (value == null) {
      return Optional.empty();
    }
    if (!kind.isInstance(value)) {
      throw wrong(key, "is not " + expected);
    }
    return Optional.of(kind.cast(value));
  }
}
