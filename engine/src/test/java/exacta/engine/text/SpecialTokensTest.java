package exacta.engine.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import exacta.engine.gguf.Gguf;
import exacta.engine.gguf.GgufWriter;
import exacta.engine.gguf.TensorType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Special tokens against the rule written down as plainly as can be: each in its turn. */
class SpecialTokensTest {
  private static final int UNKNOWN = 2;
  private static final int CONTROL = 3;
  private static final int USER_DEFINED = 4;
  private static final int[] TYPES = {UNKNOWN, CONTROL, USER_DEFINED, USER_DEFINED};
  private static final List<String> LETTERS =
      List.of("a", "a", "a", "b", " ", "\t", "ä", "\uD83D\uDE00", "<s>");

  @TempDir Path folder;

  @Test
  void equalsTheRule() {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      Set<String> distinct = new HashSet<>(List.of("<s>"));
      for (int i = 0; i < 40; i++) {
        distinct.add(text(random, 1 + random.nextInt(8)));
      }
      List<String> names = new ArrayList<>(distinct);
      Collections.shuffle(names, random);
      int[] types = names.stream().mapToInt(_ -> TYPES[random.nextInt(TYPES.length)]).toArray();
      boolean strips = random.nextBoolean();
      SpecialTokens specials = new SpecialTokens(vocabulary(names, types), strips);
      for (int i = 0; i < 20; i++) {
        String text = text(random, random.nextInt(60));
        BitSet fromTemplate = new BitSet();
        IntStream.range(0, text.length())
            .filter(_ -> random.nextInt(8) > 0)
            .forEach(fromTemplate::set);
        assertEquals(
            rule(names, types, strips, text, fromTemplate),
            cut(specials, text, fromTemplate),
            "seed " + seed + ", '" + text + "'");
      }
    }
  }

  /** Thousands of names that begin alike, in a text that begins each of them everywhere. */
  @Test
  void readsATextThatAlmostHasManyTokens() {
    List<String> names = new ArrayList<>();
    for (int depth = 0; depth < 250; depth++) {
      for (int i = 0; i < 256; i++) {
        names.add("a".repeat(depth) + (char) ('b' + i) + "z");
      }
    }
    String text = "a".repeat(200_000);
    assertEquals(List.of(text), cut(specials(names, USER_DEFINED), text, new BitSet()));
  }

  /** Each name begins the next; one character of a client's follows each 128 of the template's. */
  @Test
  void readsATextInWhichOnlyTheShortestOfManyFit() {
    List<String> names = IntStream.rangeClosed(1, 256).mapToObj("a"::repeat).toList();
    int parts = 2000;
    String text = "a".repeat(129 * parts);
    BitSet fromTemplate = new BitSet();
    fromTemplate.set(0, text.length());
    IntStream.range(0, parts).forEach(i -> fromTemplate.clear(129 * i + 128));
    List<Object> expected = new ArrayList<>();
    for (int i = 0; i < parts; i++) {
      expected.addAll(List.of(names.indexOf("a".repeat(128)), "a"));
    }
    assertEquals(expected, cut(specials(names, CONTROL), text, fromTemplate));
  }

  private SpecialTokens specials(List<String> names, int type) {
    return new SpecialTokens(
        vocabulary(names, names.stream().mapToInt(_ -> type).toArray()), false);
  }

  private static String text(Random random, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(LETTERS.get(random.nextInt(LETTERS.size())));
    }
    return text.toString();
  }

  private Vocabulary vocabulary(List<String> names, int[] types) {
    Path path = folder.resolve("card.gguf");
    new GgufWriter()
        .texts("tokenizer.ggml.tokens", names)
        .integers("tokenizer.ggml.token_type", types)
        .tensor("w", TensorType.F32, List.of(1L), new byte[4])
        .write(path);
    try (Gguf gguf = Gguf.open(path)) {
      return new Vocabulary(gguf.metadata());
    }
  }

  private static List<Object> cut(SpecialTokens specials, String text, BitSet fromTemplate) {
    List<Object> parts = new ArrayList<>();
    specials.cut(
        text,
        fromTemplate,
        new SpecialTokens.Parts() {
          @Override
          public void text(String part) {
            parts.add(part);
          }

          @Override
          public void token(int id) {
            parts.add(id);
          }
        });
    return parts;
  }

  private static List<Object> rule(
      List<String> names, int[] types, boolean strips, String text, BitSet fromTemplate) {
    // Texts, and the ids of tokens, as they follow one another.
    List<Object> parts = new ArrayList<>(List.of(text));
    List<Integer> starts = new ArrayList<>(List.of(0));
    Comparator<Integer> longest =
        Comparator.comparingInt(id -> -names.get(id).getBytes(StandardCharsets.UTF_8).length);
    List<Integer> order =
        IntStream.range(0, names.size()).boxed().sorted(longest.thenComparing(id -> id)).toList();
    for (int id : order) {
      for (int part = 0; part < parts.size(); part++) {
        if (parts.get(part) instanceof String left) {
          int at = find(left, names.get(id), types[id], starts.get(part), fromTemplate);
          if (at >= 0) {
            int end = at + names.get(id).length();
            boolean swallows = strips && !names.get(id).equals("<s>");
            while (swallows && end < left.length() && " \t".indexOf(left.charAt(end)) >= 0) {
              end++;
            }
            int start = starts.get(part);
            parts.set(part, left.substring(0, at));
            parts.addAll(part + 1, List.of(id, left.substring(end)));
            starts.addAll(part + 1, List.of(start + at, start + end));
          }
        }
      }
    }
    parts.removeIf(""::equals);
    return parts;
  }

  private static int find(String left, String name, int type, int start, BitSet fromTemplate) {
    for (int at = left.indexOf(name); at >= 0; at = left.indexOf(name, at + 1)) {
      int from = start + at;
      if (type == USER_DEFINED
          || fromTemplate.get(from, from + name.length()).cardinality() == name.length()) {
        return at;
      }
    }
    return -1;
  }
}
