package exacta.engine.text;

import exacta.primitives.Check;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/**
 * Finds the tokens that are recognized as a whole, before text is encoded. Longest first, each in
 * what the earlier ones left. Immutable. Spec: models.md#special.
 */
final class SpecialTokens {
  /** Not yet part of a special token. */
  private static final int FREE = 0;

  /** White space that a special token has swallowed. */
  private static final int SWALLOWED = -1;

  /**
   * @param control whether it is found only in what a template wrote
   * @param stripsRight whether the white space after it belongs to it
   */
  private record Special(int id, String text, boolean control, boolean stripsRight) {}

  /** Takes the parts of a text in order. */
  interface Parts {
    void text(String text);

    void token(int id);
  }

  /** In the order in which they are looked for. */
  private final List<Special> byLength = new ArrayList<>();

  /** Indexes of the same in the order of their texts. */
  private final int[] byText;

  /**
   * @param stripRight whether special tokens swallow the white space after them, with exceptions
   */
  SpecialTokens(Vocabulary vocabulary, boolean stripRight) {
    for (int id = 0; id < vocabulary.size(); id++) {
      String name = vocabulary.name(id);
      if (vocabulary.isSpecial(id) && !name.isEmpty()) {
        boolean strips = stripRight && !List.of("<unk>", "<s>", "<|endoftext|>").contains(name);
        byLength.add(new Special(id, name, vocabulary.isControl(id), strips));
      }
    }
    byLength.sort(
        Comparator.comparingInt((Special special) -> -utf8Length(special.text()))
            .thenComparingInt(Special::id));
    byText = new int[byLength.size()];
    Integer[] order = new Integer[byText.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparing((Integer i) -> byLength.get(i).text()));
    Arrays.setAll(byText, i -> order[i]);
  }

  private static int utf8Length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  /**
   * Cuts a text.
   *
   * @param fromTemplate which of its characters a template wrote
   */
  void cut(String text, BitSet fromTemplate, Parts parts) {
    BitSet present = present(text);
    if (present.isEmpty()) {
      if (!text.isEmpty()) {
        parts.text(text);
      }
      return;
    }
    // What each character belongs to: FREE, SWALLOWED, or the id of a special token, plus 1.
    int[] owners = new int[text.length()];
    BitSet starts = new BitSet(text.length());
    for (int i = present.nextSetBit(0); i >= 0; i = present.nextSetBit(i + 1)) {
      mark(byLength.get(i), text, fromTemplate, owners, starts);
    }
    emit(text, owners, starts, parts);
  }

  /** The specials that occur at all: mostly few of many. */
  private BitSet present(String text) {
    BitSet present = new BitSet(byLength.size());
    for (int at = 0; at < text.length(); at++) {
      int low = 0;
      int high = byText.length;
      for (int depth = 0; at + depth < text.length() && low < high; depth++) {
        char c = text.charAt(at + depth);
        low = firstNotBelow(low, high, depth, c);
        high = firstNotBelow(low, high, depth, c + 1);
        if (low < high && byLength.get(byText[low]).text().length() == depth + 1) {
          present.set(byText[low]);
          low++;
        }
      }
    }
    return present;
  }

  /** Of texts that are equal up to this depth, and longer: the first whose next character is. */
  private int firstNotBelow(int from, int to, int depth, int c) {
    int low = from;
    int high = to;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (byLength.get(byText[middle]).text().charAt(depth) < c) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static void mark(
      Special special, String text, BitSet fromTemplate, int[] owners, BitSet starts) {
    int length = special.text().length();
    int found = text.indexOf(special.text());
    while (found >= 0) {
      int end = found + length;
      if (isFree(owners, found, end)
          && (!special.control() || fromTemplate.nextClearBit(found) >= end)) {
        Arrays.fill(owners, found, end, special.id() + 1);
        starts.set(found);
        int after = end;
        while (special.stripsRight() && after < owners.length && isSpace(text, owners, after)) {
          owners[after++] = SWALLOWED;
        }
        found = text.indexOf(special.text(), after);
      } else {
        found = text.indexOf(special.text(), found + 1);
      }
    }
  }

  private static boolean isFree(int[] owners, int from, int to) {
    for (int i = from; i < to; i++) {
      if (owners[i] != FREE) {
        return false;
      }
    }
    return true;
  }

  private static boolean isSpace(String text, int[] owners, int at) {
    char c = text.charAt(at);
    return owners[at] == FREE && (c == ' ' || c >= 0x09 && c <= 0x0d);
  }

  private static void emit(String text, int[] owners, BitSet starts, Parts parts) {
    int at = 0;
    while (at < owners.length) {
      if (owners[at] == FREE) {
        int end = at;
        while (end < owners.length && owners[end] == FREE) {
          end++;
        }
        parts.text(text.substring(at, end));
        at = end;
      } else if (owners[at] == SWALLOWED) {
        at++;
      } else {
        Check.that(starts.get(at), "a special token is whole");
        parts.token(owners[at] - 1);
        int end = at + 1;
        while (end < owners.length && owners[end] == owners[at] && !starts.get(end)) {
          end++;
        }
        at = end;
      }
    }
  }
}
