package exacta.engine.gguf;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a file says of the parts that a model was split into. A file that says nothing is the only
 * part. Spec: models.md#split.
 *
 * @param part which one this is, from 0
 * @param count of parts
 * @param tensors of all parts together; empty in a file that is not split
 */
record GgufSplit(int part, int count, Optional<Integer> tensors) {
  private static final String PART = "split.no";
  private static final String COUNT = "split.count";
  private static final String TENSORS = "split.tensors.count";
  private static final int PARTS_MAX = 1024;

  /** Whatever else a later part says would be said twice, or be ignored. */
  private static final Set<String> KEYS_OF_LATER_PARTS =
      Set.of(PART, COUNT, TENSORS, "general.alignment");

  private static final Pattern NAME = Pattern.compile("(.*)-(\\d{5})-of-(\\d{5})\\.gguf");

  static GgufSplit of(GgufMetadata metadata) {
    if (metadata.integer(COUNT).isEmpty()) {
      for (String key : List.of(PART, TENSORS)) {
        if (metadata.keys().contains(key)) {
          throw metadata.wrong(key, "is given without '" + COUNT + "'");
        }
      }
      return new GgufSplit(0, 1, Optional.empty());
    }
    int count = metadata.requireInteger(COUNT, 1, PARTS_MAX);
    return new GgufSplit(
        metadata.requireInteger(PART, 0, count - 1),
        count,
        Optional.of(metadata.requireInteger(TENSORS, 1, (int) GgufParser.ENTRIES_MAX)));
  }

  /** Refuses a file that is not the first part of its model. */
  void requireFirst(GgufMetadata metadata) {
    if (part != 0) {
      throw metadata.wrong(
          PART, "says that this is " + this, "open the first part, ...-" + suffix(0));
    }
  }

  /** Refuses a file that is not the given part of the model of which this is the first part. */
  void requirePart(int wanted, GgufMetadata metadata) {
    GgufSplit expected = new GgufSplit(wanted, count, tensors);
    GgufSplit found = of(metadata);
    if (!found.equals(expected)) {
      throw metadata.wrong(
          PART,
          "says that this is " + found + ", but in its place " + expected + " is expected",
          "give each part the name that it was made with");
    }
    for (String key : metadata.keys()) {
      if (!KEYS_OF_LATER_PARTS.contains(key)) {
        throw metadata.wrong(key, "stands in " + this + ", and only the first part may have it");
      }
    }
  }

  /** Where a part lies; this is the first one, which lies at the path. */
  Path pathOf(int wanted, Path path, GgufMetadata metadata) {
    String name = path.getFileName().toString();
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches() || !name.endsWith(suffix(part))) {
      throw metadata.wrong(
          COUNT,
          "says that this is " + this,
          "give each part the name that it was made with; this one's ends in -" + suffix(part));
    }
    return path.resolveSibling(matcher.group(1) + "-" + suffix(wanted));
  }

  private String suffix(int wanted) {
    return five(wanted + 1) + "-of-" + five(count) + ".gguf";
  }

  private static String five(int number) {
    String digits = Integer.toString(number);
    return "0".repeat(5 - digits.length()) + digits;
  }

  @Override
  public String toString() {
    return "part "
        + (part + 1)
        + " of "
        + count
        + tensors.map(all -> " with " + all + " tensors in all").orElse("");
  }
}
