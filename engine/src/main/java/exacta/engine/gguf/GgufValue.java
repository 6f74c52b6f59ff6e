package exacta.engine.gguf;

import java.util.List;

/** A metadata value, with the kind that it has in the file, so that it can be written back. */
sealed interface GgufValue {
  record Text(String value) implements GgufValue {}

  record Flag(boolean value) implements GgufValue {}

  record Whole(ValueType type, long value) implements GgufValue {}

  record Real(ValueType type, double value) implements GgufValue {}

  record Texts(List<String> values) implements GgufValue {}

  record Flags(boolean[] values) implements GgufValue {}

  record Wholes(ValueType type, long[] values) implements GgufValue {}

  record Reals(ValueType type, double[] values) implements GgufValue {}
}
