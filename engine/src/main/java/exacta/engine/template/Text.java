package exacta.engine.template;

import exacta.primitives.Check;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;

/**
 * A text that knows of each of its characters where it comes from.
 *
 * @param origins one character for each of the text's: {@link #TEMPLATE} or {@link #DATA}
 */
record Text(String chars, String origins) implements Value {
  static final char TEMPLATE = 'T';
  static final char DATA = 'D';
  static final Text EMPTY = new Text("", "");

  Text {
    Check.that(chars.length() == origins.length(), "each character has an origin");
  }

  static Text ofTemplate(String chars) {
    return new Text(chars, String.valueOf(TEMPLATE).repeat(chars.length()));
  }

  static Text ofData(String chars) {
    return new Text(chars, String.valueOf(DATA).repeat(chars.length()));
  }

  Text plus(Text other) {
    return new Text(chars + other.chars, origins + other.origins);
  }

  Text part(int from, int to) {
    return new Text(chars.substring(from, to), origins.substring(from, to));
  }

  int codePointCount() {
    return chars.codePointCount(0, chars.length());
  }

  /** The character with this number, counted in code points. */
  Text codePoint(int index) {
    int from = chars.offsetByCodePoints(0, index);
    return part(from, chars.offsetByCodePoints(from, 1));
  }

  /**
   * Without what is unwanted at its ends.
   *
   * @param chars what is unwanted; white space if not given
   */
  Text strip(Optional<String> chars, boolean left, boolean right) {
    Optional<int[]> unwanted = chars.map(all -> all.codePoints().sorted().distinct().toArray());
    return strip(
        codePoint ->
            unwanted.isPresent()
                ? Arrays.binarySearch(unwanted.get(), codePoint) >= 0
                : isSpace(codePoint),
        left,
        right);
  }

  private Text strip(IntPredicate unwanted, boolean left, boolean right) {
    int from = 0;
    int to = chars.length();
    while (left && from < to && unwanted.test(chars.codePointAt(from))) {
      from += Character.charCount(chars.codePointAt(from));
    }
    while (right && to > from && unwanted.test(chars.codePointBefore(to))) {
      to -= Character.charCount(chars.codePointBefore(to));
    }
    return part(from, to);
  }

  Text upper() {
    return mapRuns(run -> run.toUpperCase(Locale.ROOT));
  }

  Text lower() {
    return mapRuns(run -> run.toLowerCase(Locale.ROOT));
  }

  /** The first of them replaced, at most so many; what is looked for is not empty. */
  Text replace(Needle old, Text replacement, int countMax) {
    TextBuilder out = new TextBuilder();
    int from = 0;
    int found = old.in(chars, 0);
    for (int count = 0; found >= 0 && count < countMax; count++) {
      out.append(part(from, found)).append(replacement);
      from = found + old.length();
      found = old.in(chars, from);
    }
    return out.append(part(from, chars.length())).toText();
  }

  private Text mapRuns(UnaryOperator<String> change) {
    TextBuilder out = new TextBuilder();
    int from = 0;
    while (from < chars.length()) {
      int to = runEnd(from);
      String changed = change.apply(chars.substring(from, to));
      out.append(new Text(changed, origins.substring(from, from + 1).repeat(changed.length())));
      from = to;
    }
    return out.toText();
  }

  /** Where the run of characters of one origin ends that starts here. */
  int runEnd(int from) {
    int to = from + 1;
    while (to < chars.length() && origins.charAt(to) == origins.charAt(from)) {
      to++;
    }
    return to;
  }

  /** What Python's {@code str.isspace} says yes to. */
  static boolean isSpace(int codePoint) {
    return codePoint >= 0x09 && codePoint <= 0x0d
        || codePoint >= 0x1c && codePoint <= 0x20
        || codePoint == 0x85
        || codePoint == 0xa0
        || codePoint == 0x1680
        || codePoint >= 0x2000 && codePoint <= 0x200a
        || codePoint == 0x2028
        || codePoint == 0x2029
        || codePoint == 0x202f
        || codePoint == 0x205f
        || codePoint == 0x3000;
  }
}
