package exacta.engine.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import exacta.engine.gguf.Gguf;
import exacta.engine.gguf.GgufWriter;
import exacta.engine.gguf.TensorType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Special tokens against the rule written down as plainly as can be: each in its turn. */
class SpecialTokensTest {
  private static final int CONTROL = 3;
  private static final int USER_DEFINED = 4;

  @TempDir Path folder;

  @Test
  void equalsTheRule() {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      TreeSet<String> distinct = new TreeSet<>();
      for (int i = 0; i < 40; i++) {
        distinct.add(text(random, 1 + random.nextInt(8)));
      }
      List<String> names = new ArrayList<>(distinct);
      int[] types =
          names.stream().mapToInt(_ -> random.nextInt(3) == 0 ? CONTROL : USER_DEFINED).toArray();
      boolean strips = random.nextBoolean();
      SpecialTokens specials = new SpecialTokens(vocabulary(names, types), strips);
      for (int i = 0; i < 20; i++) {
        String text = text(random, random.nextInt(60));
        BitSet fromTemplate = new BitSet();
        int from = random.nextInt(text.length() + 1);
        fromTemplate.set(from, from + random.nextInt(text.length() - from + 1));
        assertEquals(
            rule(names, types, strips, text, fromTemplate),
            cut(specials, text, fromTemplate),
            "seed " + seed + ", '" + text + "'");
      }
    }
  }

  /** As many as a card may list, each the beginning of the next, in a text of nothing else. */
  @Test
  void doesNotLookForEachInTheWholeText() {
    List<String> names = new ArrayList<>();
    for (int i = 0; names.size() < 60_000; i++) {
      String start = "a".repeat(200) + (char) ('b' + i % 20) + (char) ('b' + i / 20);
      IntStream.range(0, 50).forEach(more -> names.add(start + "c".repeat(more)));
    }
    SpecialTokens specials =
        new SpecialTokens(
            vocabulary(names, names.stream().mapToInt(_ -> CONTROL).toArray()), false);
    StringBuilder text = new StringBuilder("a".repeat(300_000));
    names.forEach(name -> text.append(name, 195, name.length()));
    assertEquals(List.of(text.toString()), cut(specials, text.toString(), new BitSet()));
  }

  private static String text(Random random, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append("aaab \u00e4".charAt(random.nextInt(6)));
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
            while (strips && end < left.length() && left.charAt(end) == ' ') {
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
