package exacta.engine.text;

import exacta.primitives.Check;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * The classes of code points that pre-tokenizers tell apart. They come from a table of Unicode
 * 15.1, not from the Java platform: a new platform must not cut a text into other words. Spec:
 * models.md#categories.
 */
final class CharacterClass {
  private static final int CODE_POINTS = Character.MAX_CODE_POINT + 1;

  /** The first letter of each code point's general category. */
  private static final byte[] CATEGORIES = read();

  private CharacterClass() {}

  static boolean isLetter(int codePoint) {
    return CATEGORIES[codePoint] == 'L';
  }

  static boolean isNumber(int codePoint) {
    return CATEGORIES[codePoint] == 'N';
  }

  static boolean isMark(int codePoint) {
    return CATEGORIES[codePoint] == 'M';
  }

  static boolean isPunctuation(int codePoint) {
    return CATEGORIES[codePoint] == 'P';
  }

  /** Unicode's symbols, as opposed to {@link #isOther}. */
  static boolean isSymbol(int codePoint) {
    return CATEGORIES[codePoint] == 'S';
  }

  static boolean isLineEnd(int codePoint) {
    return codePoint == '\r' || codePoint == '\n';
  }

  /** Unicode's White_Space property. */
  static boolean isWhitespace(int codePoint) {
    return codePoint >= 0x09 && codePoint <= 0x0d
        || codePoint == 0x20
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

  /** Neither white space nor letter nor number, whether assigned or not. */
  static boolean isOther(int codePoint) {
    return !isWhitespace(codePoint) && !isLetter(codePoint) && !isNumber(codePoint);
  }

  private static byte[] read() {
    List<String> lines;
    try (InputStream in = CharacterClass.class.getResourceAsStream("categories.txt")) {
      lines = new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("the table of Unicode categories cannot be read", e);
    }
    byte[] categories = new byte[CODE_POINTS];
    int from = 0;
    byte category = 0;
    for (String line : lines) {
      if (line.startsWith("#")) {
        continue;
      }
      int space = line.indexOf(' ');
      int start = Integer.parseInt(line, 0, space, 16);
      Arrays.fill(categories, from, start, category);
      from = start;
      category = (byte) line.charAt(space + 1);
    }
    Check.that(category != 0, "the table of Unicode categories has entries");
    Arrays.fill(categories, from, CODE_POINTS, category);
    return categories;
  }
}
