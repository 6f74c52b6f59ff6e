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
 * place of a text waits for the longest that can begin there; when its turn comes, and others have
 * a part of that already, for the longest that still can. That costs some comparisons for each
 * character of a name, whatever the card and the text.
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
    Places places = new Places(byText.length);
    for (int at = 0; at < text.length(); at++) {
      place(longestAt(text, at), at, text.length(), fromTemplate, places);
    }
    if (places.first() == NONE) {
      if (!text.isEmpty()) {
        parts.text(text);
      }
      return;
    }
    // What each character belongs to: FREE, SWALLOWED, or the id of a special token, plus 1.
    int[] owners = new int[text.length()];
    BitSet starts = new BitSet(text.length());
    for (int i = places.first(); i != NONE; i = places.first()) {
      Special special = byLength.get(i);
      for (int at : places.take(i)) {
        int free = free(owners, at, special.text().length());
        if (free == special.text().length()) {
          mark(special, text, at, owners);
          starts.set(at);
        } else {
          place(shorter[i], at, free, fromTemplate, places);
        }
      }
    }
    emit(text, owners, starts, parts);
  }

  /**
   * Lets a place wait for a special, or for the longest that this one begins with and that can be
   * there.
   *
   * @param free characters from there on
   */
  private void place(int special, int at, int free, BitSet fromTemplate, Places places) {
    int ofTemplate = 0;
    for (int i = special; i != NONE; i = shorter[i]) {
      Special next = byLength.get(i);
      int length = next.text().length();
      if (ofTemplate == 0 && next.control()) {
        while (ofTemplate < length && fromTemplate.get(at + ofTemplate)) {
          ofTemplate++;
        }
      }
      if (length <= free && (!next.control() || length <= ofTemplate)) {
        places.add(i, at);
        return;
      }
    }
  }

  /**
   * The longest special that the text goes on with. That is the last one, in the order of texts,
   * that is not behind what the text goes on with, or one that this one begins with.
   */
  private int longestAt(String text, int at) {
    int low = NONE;
    int lowCommon = 0;
    int high = byText.length;
    int highCommon = 0;
    while (high - low > 1) {
      int middle = (low + high) >>> 1;
      String name = byLength.get(byText[middle]).text();
      int most = Math.min(name.length(), text.length() - at);
      int common = Math.min(lowCommon, highCommon);
      while (common < most && name.charAt(common) == text.charAt(at + common)) {
        common++;
      }
      boolean behind =
          common == most ? most < name.length() : name.charAt(common) > text.charAt(at + common);
      if (behind) {
        high = middle;
        highCommon = common;
      } else {
        low = middle;
        lowCommon = common;
      }
    }
    int special = low == NONE ? NONE : byText[low];
    while (special != NONE && byLength.get(special).text().length() > lowCommon) {
      special = shorter[special];
    }
    return special;
  }

  /** How many of some characters belong to nothing yet, before the first that does. */
  private static int free(int[] owners, int at, int count) {
    int free = 0;
    while (free < count && owners[at + free] == FREE) {
      free++;
    }
    return free;
  }

  /** Gives the characters to a special, and the white space after them if it wants that. */
  private static void mark(Special special, String text, int at, int[] owners) {
    int end = at + special.text().length();
    Arrays.fill(owners, at, end, special.id() + 1);
    int after = end;
    while (special.stripsRight() && after < owners.length && isSpace(text, owners, after)) {
      owners[after++] = SWALLOWED;
    }
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

  /** Places of a text that wait for special tokens, each for one at a time. */
  private static final class Places {
    private final BitSet awaited = new BitSet();

    /** Of each special the place that came last, plus 1; 0 for none. */
    private final int[] last;

    /** The place that came before a place, plus 1; as long as there are places. */
    private int[] before = {};

    Places(int specials) {
      last = new int[specials];
    }

    void add(int special, int at) {
      if (before.length <= at) {
        before = Arrays.copyOf(before, Math.max(at + 1, 2 * before.length));
      }
      awaited.set(special);
      before[at] = last[special];
      last[special] = at + 1;
    }

    /** The first special that is awaited, or none. */
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
}
