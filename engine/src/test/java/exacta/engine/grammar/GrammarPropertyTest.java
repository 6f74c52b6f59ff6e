package exacta.engine.grammar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a mask lets through fits the schema, and nothing that fits is held back. */
class GrammarPropertyTest {
  private static final int CASES = 300;
  private static final int END = 0;
  private static final List<byte[]> TOKENS = tokens();
  private static final TokenTrie TRIE = TokenTrie.of(TOKENS.size(), TOKENS::get);

  /** An end token, one without meaning, all bytes, and pieces of JSON, some of them twice. */
  private static List<byte[]> tokens() {
    List<byte[]> tokens = new ArrayList<>(List.of(new byte[0], new byte[0]));
    for (int value = 0; value < 256; value++) {
      tokens.add(new byte[] {(byte) value});
    }
    for (String text :
        "{\" \": \"a \", \"b \":1 }, ], [1, [[ ]] }} {} [] true fal null 12 -3 .5 e1 ab \\u00 \\n \n  é 日本 \" ,\n\t {\n  "
            .split(" ")) {
      tokens.add(text.getBytes(StandardCharsets.UTF_8));
      tokens.add((text + " ").getBytes(StandardCharsets.UTF_8));
      tokens.add(text.getBytes(StandardCharsets.UTF_8));
    }
    return tokens.stream().map(bytes -> bytes).toList();
  }

  private static TokenFilter filter(String schema) {
    return new TokenFilter(
        Grammar.ofSchema(schema), TRIE, TOKENS::get, new TreeSet<>(List.of(END)));
  }

  @Test
  void everyAnswerOfARandomModelFitsItsSchema() {
    int ended = 0;
    for (int seed = 0; seed < CASES; seed++) {
      Random random = new Random(seed);
      String schema = schema(random);
      Optional<String> text = answer(schema, random);
      if (text.isPresent()) {
        ended++;
        JsonReader.read(text.get());
        assertTrue(SchemaRecogniser.fits(schema, text.get()), schema + " <- " + text.get());
      }
    }
    assertTrue(ended > CASES / 2, "only " + ended + " answers ended");
  }

  /** A text that the mask lets a random model write; empty if it is long. */
  private static Optional<String> answer(String schema, Random random) {
    TokenFilter filter = filter(schema);
    byte[] text = new byte[0];
    for (int step = 0; step < 300; step++) {
      BitSet allowed = BitSet.valueOf(filter.allowed());
      for (int token = 0; token < TOKENS.size(); token++) {
        assertEquals(filter.allows(token), allowed.get(token), schema + " token " + token);
      }
      assertTrue(!allowed.isEmpty(), "a text that was let through can be ended: " + schema);
      if (allowed.get(END) && random.nextInt(3) == 0
          || allowed.cardinality() == 1 && allowed.get(END)) {
        return Optional.of(new String(text, StandardCharsets.UTF_8));
      }
      int token = choose(allowed, random, step);
      if (token == END) {
        return Optional.of(new String(text, StandardCharsets.UTF_8));
      }
      byte[] more = TOKENS.get(token);
      byte[] longer = ByteBuffer.allocate(text.length + more.length).put(text).put(more).array();
      filter.follow(token);
      text = longer;
    }
    return Optional.empty();
  }

  /** Likes to end things, the more the longer the text is. */
  private static int choose(BitSet allowed, Random random, int step) {
    for (char closing : new char[] {'"', '}', ']'}) {
      if (allowed.get(2 + closing) && random.nextInt(200) < 20 + step) {
        return 2 + closing;
      }
    }
    int[] tokens = allowed.stream().toArray();
    return tokens[random.nextInt(tokens.length)];
  }

  @Test
  void equalsTheRecogniserOnRandomTexts() {
    int[] fitting = new int[2];
    for (int seed = 0; seed < CASES; seed++) {
      Random random = new Random(seed);
      String schema = schema(random);
      Optional<String> text = answer(schema, random);
      for (int change = 0; change < 12 && text.isPresent(); change++) {
        byte[] changed = change(text.get().getBytes(StandardCharsets.UTF_8), random);
        boolean fits = accepts(schema, changed);
        fitting[fits ? 1 : 0]++;
        assertEquals(
            fits,
            unicode(changed).map(other -> SchemaRecogniser.fits(schema, other)).orElse(false),
            schema + " <- " + new String(changed, StandardCharsets.UTF_8) + ", seed " + seed);
      }
    }
    assertTrue(fitting[0] > CASES && fitting[1] > CASES);
  }

  private static boolean accepts(String schema, byte[] text) {
    Automaton.State state = new Automaton(Grammar.ofSchema(schema)).start();
    for (byte value : text) {
      state = state.next(value & 0xff);
    }
    return state.isAccepting();
  }

  private static Optional<String> unicode(byte[] text) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static byte[] change(byte[] text, Random random) {
    int at = random.nextInt(text.length);
    byte[] pieces = " \n,:\"{}[]0.-ea\\u\u00e9d8".getBytes(StandardCharsets.UTF_8);
    byte piece = pieces[random.nextInt(pieces.length)];
    List<Byte> bytes = new ArrayList<>();
    for (byte value : text) {
      bytes.add(value);
    }
    switch (random.nextInt(5)) {
      case 0 -> bytes.remove(at);
      case 1 -> bytes.add(at, piece);
      case 2 -> bytes.set(at, piece);
      case 3 -> bytes.add(at, text[random.nextInt(text.length)]);
      default -> {}
    }
    byte[] changed = new byte[bytes.size()];
    IntStream.range(0, changed.length).forEach(i -> changed[i] = bytes.get(i));
    return changed;
  }

  private static String schema(Random random) {
    String list =
        "{\"type\":\"object\",\"properties\":{\"v\":%s,\"next\":{\"anyOf\":[{\"$ref\":\"#\"},{\"type\":\"null\"}]}},"
            + "\"required\":[\"v\"],\"additionalProperties\":false}";
    return random.nextInt(8) == 0 ? list.formatted(schema(random, 2)) : schema(random, 0);
  }

  private static String schema(Random random, int depth) {
    return switch (random.nextInt(depth > 2 ? 6 : 11)) {
      case 0 -> "{\"type\":\"integer\"}";
      case 1 -> "{\"type\":\"number\",\"title\":\"x\"}";
      case 2 -> {
        int min = random.nextInt(4);
        yield random.nextBoolean()
            ? "{\"type\":\"string\"}"
            : "{\"type\":\"string\",\"minLength\":%d,\"maxLength\":%d}"
                .formatted(min, min + random.nextInt(4));
      }
      case 3 -> "{\"enum\":[\"a\",\"ab\",\"a\\\"\\n\",12,-0.5,true,null,{\"a\":[1,\"é\"]}]}";
      case 4 -> "{\"type\":[\"boolean\",\"null\",\"integer\"]}";
      case 5 -> random.nextBoolean() ? "true" : "{\"type\":\"object\"}";
      case 6, 7 -> {
        StringBuilder properties = new StringBuilder();
        StringBuilder required = new StringBuilder();
        for (String name : List.of("a", "b", "a b", "é\\\"")) {
          if (random.nextBoolean()) {
            String comma = properties.isEmpty() ? "" : ",";
            properties.append(comma).append("\"" + name + "\":").append(schema(random, depth + 1));
            if (random.nextBoolean()) {
              required.append(required.isEmpty() ? "" : ",").append("\"" + name + "\"");
            }
          }
        }
        yield "{\"type\":\"object\",\"properties\":{%s},\"required\":[%s],\"additionalProperties\":false}"
            .formatted(properties, required);
      }
      case 8 -> {
        int min = random.nextInt(3);
        yield "{\"type\":\"array\",\"items\":%s,\"minItems\":%d%s}"
            .formatted(
                schema(random, depth + 1),
                min,
                random.nextBoolean() ? "" : ",\"maxItems\":" + (min + random.nextInt(3)));
      }
      case 9 ->
          "{\"type\":\"object\",\"additionalProperties\":%s}".formatted(schema(random, depth + 1));
      default ->
          "{\"anyOf\":[%s,%s]}".formatted(schema(random, depth + 1), schema(random, depth + 1));
    };
  }
}
