package exacta.engine;

import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A line of {@code tiny.txt} or {@code constrained.txt} in {@code docs/spec/vectors/generation}: a
 * model and a request, and what comes out. Tokens, top-k and max tokens are decimal, texts and
 * digests bytes in hexadecimal, all other numbers the bits of f32; - is an empty list.
 */
record GoldenAnswer(String model, AnswerRequest request, String inputs) {

  /** Reads the part of a line in front of the arrow. */
  static GoldenAnswer parse(String inputs) {
    String[] field = inputs.split(" ");
    Sampling sampling =
        new Sampling(
                bits(field[4]),
                Integer.parseInt(field[5]),
                bits(field[6]),
                items(field[12]).map(GoldenAnswer::utf8).toList())
            .withMinP(bits(field[7]))
            .withPenalties(new Penalties(bits(field[8]), bits(field[9]), bits(field[10])))
            .withBias(bias(field[11]))
            .withSchema(field.length > 14 ? utf8(field[14]) : "");
    AnswerRequest request =
        new AnswerRequest(
            tokens(field[1]),
            Integer.parseInt(field[2]),
            sampling,
            Digest32.ofHex(field[13]),
            tokens(field[3]));
    return new GoldenAnswer(field[0], request, inputs);
  }

  /** The whole line, with what a model gives. */
  String line(Model opened) {
    Answers.Whole answer = Answers.run(opened, request);
    End end = answer.end().orElseThrow();
    return String.join(
        " ",
        inputs,
        "->",
        opened.digest().identity().root().toHex(),
        end == End.FAILED ? "-" : logits(opened),
        list(answer.tokens(), String::valueOf),
        list(answer.bits(), HexFormat.of()::toHexDigits),
        end.name(),
        answer.digest().toHex());
  }

  /** What is not a number has no bits of its own, so that a failed answer has no such hash. */
  private String logits(Model opened) {
    Hasher logits = Hasher.of("logits");
    for (float[] row : opened.logits(request.prompt())) {
      logits.floats(row, 0, row.length);
    }
    return logits.finish().toHex();
  }

  private static String list(List<Integer> values, Function<Integer, String> text) {
    return values.isEmpty() ? "-" : values.stream().map(text).collect(Collectors.joining(","));
  }

  private static Stream<String> items(String list) {
    return list.equals("-") ? Stream.empty() : Arrays.stream(list.split(","));
  }

  private static int[] tokens(String list) {
    return items(list).mapToInt(Integer::parseInt).toArray();
  }

  private static SortedMap<Integer, Float> bias(String list) {
    SortedMap<Integer, Float> bias = new TreeMap<>();
    items(list)
        .map(item -> item.split(":"))
        .forEach(pair -> bias.put(Integer.valueOf(pair[0]), bits(pair[1])));
    return bias;
  }

  private static String utf8(String digits) {
    return new String(HexFormat.of().parseHex(digits), StandardCharsets.UTF_8);
  }

  private static float bits(String digits) {
    return Float.intBitsToFloat(Integer.parseUnsignedInt(digits, 16));
  }
}
