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
 *
 * <p>A card may list thousands of them, made so that looking for each would take long. So each
 * place of a text waits for the longest that begins there, then for the longest that this one
 * begins with, and so on; mostly it is soon part of a token, and waits no more.
 */
final class SpecialTokens {
  /** Not yet part of a special token. */
  private static final int FREE = 0;

  /** White space that a special token has swallowed. */
  private static final int SWALLOWED = -1;

  private static final int NONE = -1;

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

  /** Of each, the longest other one that it begins with, or none. */
  private final int[] shorter;

  /** The same among those that are found whoever wrote the text. */
  private final int[] shorterOrdinary;

  /** Places of a text that wait for special tokens, each for one at a time. */
  private static final class Places {
    private final BitSet awaited = new BitSet();

    /** Of each special token the place that came last, plus 1; 0 for none. */
    private final int[] last;

    /** The place that came before a place, plus 1. */
    private final int[] before;

    Places(int specials, int length) {
      last = new int[specials];
      before = new int[length];
    }

    void add(int special, int at) {
      awaited.set(special);
      before[at] = last[special];
      last[special] = at + 1;
    }

    /** The first special token that is awaited; -1 if there is none. */
    int first() {
      return awaited.nextSetBit(0);
    }

    /** Removes and returns the places, ascending. */
    int[] take(int special) {
      awaited.clear(special);
      int count = 0;
      for (int place = last[special]; place > 0; place = before[place - 1]) {
        count++;
      }
      int[] places = new int[count];
      for (int place = last[special]; place > 0; place = before[place - 1]) {
        places[--count] = place - 1;
      }
      last[special] = 0;
      Arrays.sort(places);
      return places;
    }
  }

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
    shorter = new int[byText.length];
    shorterOrdinary = new int[byText.length];
    linkShorter();
  }

  /** In the order of the texts, each comes after all that it begins with. */
  private void linkShorter() {
    int before = NONE;
    for (int special : byText) {
      String text = byLength.get(special).text();
      while (before != NONE && !text.startsWith(byLength.get(before).text())) {
        before = shorter[before];
      }
      shorter[special] = before;
      boolean skips = before != NONE && byLength.get(before).control();
      shorterOrdinary[special] = skips ? shorterOrdinary[before] : before;
      before = special;
    }
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
    Places places = new Places(byText.length, text.length());
    for (int at = 0; at < text.length(); at++) {
      await(longestAt(text, at), at, fromTemplate, places);
    }
    // What each character belongs to: FREE, SWALLOWED, or the id of a special token, plus 1.
    int[] owners = new int[text.length()];
    BitSet starts = new BitSet(text.length());
    for (int special = places.first(); special >= 0; special = places.first()) {
      for (int at : places.take(special)) {
        if (owners[at] != FREE) {
          continue;
        }
        if (mark(byLength.get(special), text, at, fromTemplate, owners)) {
          starts.set(at);
        } else {
          await(shorter[special], at, fromTemplate, places);
        }
      }
    }
    emit(text, owners, starts, parts);
  }

  /** Lets a place wait for a special token, or for the next one that it can become. */
  private void await(int special, int at, BitSet fromTemplate, Places places) {
    int next = special;
    if (next != NONE && byLength.get(next).control() && !fromTemplate.get(at)) {
      next = shorterOrdinary[next];
    }
    if (next != NONE) {
      places.add(next, at);
    }
  }

  /** The longest special that the text goes on with. */
  private int longestAt(String text, int at) {
    int longest = NONE;
    int low = 0;
    int high = byText.length;
    for (int depth = 0; at + depth < text.length() && low < high; depth++) {
      char c = text.charAt(at + depth);
      if (charAt(low, depth) != c || charAt(high - 1, depth) != c) {
        low = firstNotBelow(low, high, depth, c);
        high = firstNotBelow(low, high, depth, c + 1);
      }
      if (low < high && byLength.get(byText[low]).text().length() == depth + 1) {
        longest = byText[low];
        low++;
      }
    }
    return longest;
  }

  private char charAt(int inOrder, int depth) {
    return byLength.get(byText[inOrder]).text().charAt(depth);
  }

  /** Of texts that are equal up to this depth, and longer: the first whose next character is. */
  private int firstNotBelow(int from, int to, int depth, int c) {
    int low = from;
    int high = to;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (charAt(middle, depth) < c) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** False if another has a part of this place, or a client wrote some of it. */
  private static boolean mark(
      Special special, String text, int at, BitSet fromTemplate, int[] owners) {
    int end = at + special.text().length();
    for (int i = at; i < end; i++) {
      if (owners[i] != FREE || special.control() && !fromTemplate.get(i)) {
        return false;
      }
    }
    Arrays.fill(owners, at, end, special.id() + 1);
    int after = end;
    while (special.stripsRight() && after < owners.length && isSpace(text, owners, after)) {
      owners[after++] = SWALLOWED;
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
