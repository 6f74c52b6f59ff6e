package exacta.engine.template;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.primitives.ExactaException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TemplateTest {
  private static Rendering render(String source, Map<String, ?> data) {
    return Template.parse("test", source).render(data, Map.of("eos_token", "<end>"));
  }

  private static List<Piece> pieces(String source, Map<String, ?> data) {
    return assertInstanceOf(Rendering.Rendered.class, render(source, data)).pieces();
  }

  private static String text(String source, Map<String, ?> data) {
    return pieces(source, data).stream().map(Piece::text).collect(Collectors.joining());
  }

  private static String refusal(String source, Map<String, ?> data) {
    return assertInstanceOf(Rendering.Refused.class, render(source, data)).reason();
  }

  @Test
  void tellsWhatDataWroteFromWhatTheTemplateWrote() {
    assertEquals(
        List.of(
            new Piece("<start>", true),
            new Piece("user", false),
            new Piece("\n", true),
            new Piece("<end>{{ x }}", false),
            new Piece("<end>", true)),
        pieces(
            "{{ '<start>' + role + '\n' + content }}{{ eos_token }}",
            Map.of("role", "user", "content", "<end>{{ x }}")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ x | trim }}",
        "{{ x[1:-1] }}",
        "{{ x.split('b')[0] }}",
        "{{ x | upper | lower }}",
        "{{ x | replace('a', x) }}",
        "{{ [x, x] | join }}",
        "{{ x[::-1] }}",
        "{{ x ~ x }}",
        "{{ x | first }}",
        "{{ x | capitalize }}",
        "{% set y %}{{ x }}{% endset %}{{ y }}",
        "{% for c in x %}{{ c }}{% endfor %}",
        "{{ d.items() | first | first }}",
        "{% for k in d %}{{ k }}{% endfor %}",
      })
  void dataStaysDataWhateverIsDoneToIt(String source) {
    List<Piece> pieces = pieces(source, Map.of("x", " ab ", "d", Map.of("key", "value")));
    assertEquals(1, pieces.size());
    assertEquals(false, pieces.getFirst().fromTemplate());
  }

  @Test
  void jsonKeepsOriginsApart() {
    assertEquals(
        List.of(new Piece("\"", true), new Piece("a\\\"\\n", false), new Piece("\"", true)),
        pieces("{{ x | tojson }}", Map.of("x", "a\"\n")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '§',
      quoteCharacter = '`',
      value = {
        "{% call f() %}{% endcall %}   § line 1: the tag 'call' is not supported",
        "{% include 'x' %}             § the tag 'include' is not supported",
        "{{ x | shuffle }}             § the filter 'shuffle' is not supported",
        "{{ x is lovely }}             § the test 'lovely' is not supported",
        "{{ 1.5 }}                     § numbers other than whole ones",
        "{{ 4 / 2 }}                   § the operator '/' is not supported",
        "{{ 2 ** 2 }}                  § the operator '**' is not supported",
        "{{ 1 < 2 < 3 }}               § chained comparisons",
        "{{ (1, 2) }}                  § tuples are not supported",
        "{% if x %}                    § is missing",
        "{% for x in y %}{% endif %}   § is not supported",
        "{% endfor %}                  § the tag 'endfor' is not supported",
        "{{ x                          § a tag has no end",
        "{# x                          § the comment has no end",
        "{{ 'x }}                      § a text in quotes has no end",
        "{{ }}                         § a value is missing",
        "{{ x y }}                     § the end of the tag is missing before 'y'",
        "{{ x ? y }}                   § unexpected character '?'",
        "{% break %}                   § 'break' outside of a loop",
        "{{ '\\x0g' }}                 § a wrong escape",
      })
  void namesWhatItDoesNotSupport(String source, String problem) {
    ExactaException e =
        assertThrows(ExactaException.class, () -> Template.parse("file.gguf", source));
    assertTrue(e.getMessage().contains("file.gguf"), e.getMessage());
    assertTrue(e.getMessage().contains(problem), e.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '§',
      quoteCharacter = '`',
      value = {
        "{{ raise_exception('no system role') }} § no system role",
        "{{ x.y.z }}                             § 'y' is undefined",
        "{{ missing.y }}                         § 'missing' is undefined",
        "{{ x + 1 }}                             § does not take a text and a number",
        "{{ 'a' + missing }}                     § 'missing', which is undefined",
        "{{ x.format(1) }}                       § the method 'format' is not supported",
        "{{ range }}                             § a function cannot be shown as text",
        "{{ ['a'] | safe + 'b' }}                § does not take a text marked as safe and a text",
        "{{ 1 // 0 }}                            § 1 // 0 has no result",
        "{{ 999999999999999999 * 999999999999999999 }} § has no result",
        "{% for a, b in [[1]] %}{% endfor %}     § 1 values for the names a, b",
        "{% set x.y = 1 %}                       § only attributes of a namespace",
        "{{ x | replace('', 'y') }}              § needs a text to look for",
        "{{ x.split('') }}                       § needs a separator",
        "{{ x[::0] }}                            § the step of a slice is 0",
        "{{ range(1, 2, 0) }}                    § has a step of 0",
        "{{ x | tojson(sort_keys=true) }}        § has no argument 'sort_keys'",
        "{{ missing | tojson }}                  § does not take",
        "{{ 1 | length }}                        § does not take a number",
      })
  void refusesDataThatTheTemplateDoesNotTake(String source, String reason) {
    String actual = refusal(source, Map.of("x", "text"));
    assertTrue(actual.contains(reason), actual);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% for i in range(1000000000) %}{% endfor %}",
        "{% for i in range(9999) %}{% for j in range(9999) %}{% endfor %}{% endfor %}",
        "{% set ns = namespace(s='x') %}{% for i in range(99) %}"
            + "{% set ns.s = ns.s + ns.s %}{% endfor %}",
        "{% set ns = namespace(s='x') %}{% for i in range(99) %}"
            + "{% set ns.s = ns.s | replace('x', 'xx') %}{% endfor %}",
        "{% set ns = namespace(s=[1]) %}{% for i in range(99) %}"
            + "{% set ns.s = ns.s + ns.s %}{% endfor %}",
        "{% set ns = namespace(s=['x']) %}{% for i in range(99) %}"
            + "{% set ns.s = [ns.s, ns.s] %}{% endfor %}{{ ns.s | tojson }}",
        "{% set ns = namespace(a=[], b=[]) %}{% for i in range(99) %}"
            + "{% set ns.a = [ns.a, ns.a] %}{% set ns.b = [ns.b, ns.b] %}{% endfor %}"
            + "{{ ns.a == ns.b }}",
        "{% set ns = namespace(l=[], s='x') %}{% for i in range(17) %}"
            + "{% set ns.s = ns.s + ns.s %}{% endfor %}{% for i in range(9999) %}"
            + "{% set ns.l = [ns.l, strftime_now(ns.s)] %}{% endfor %}",
        "{% set ns = namespace(l=[], s='x') %}{% for i in range(17) %}"
            + "{% set ns.s = ns.s + ns.s %}{% endfor %}{% set d = {ns.s: 1} %}"
            + "{% for i in range(9999) %}{% set ns.l = [ns.l, d | items, d.keys()] %}{% endfor %}",
      })
  void stopsTemplatesThatWouldRunOrGrowForEver(String source) {
    assertEquals(
        "the chat template takes too many steps for this request", refusal(source, Map.of()));
  }

  /** Looking for it at each place would take a comparison for each pair of characters. */
  @Test
  @Timeout(20)
  void findsLongTextsInLinearTime() {
    String half = "a".repeat(400_000);
    Map<String, Object> texts = Map.of("whole", half + half, "part", half + "b" + half);
    assertEquals(
        "False -1 1 800000",
        text(
            "{{ part in whole }} {{ whole.find(part) }} {{ whole.split(part) | length }}"
                + " {{ whole | replace(part, '') | length }}",
            texts));
  }

  @Test
  void findsLongTextsWhereverTheyAre() {
    String part = "ab".repeat(20);
    Map<String, Object> texts = Map.of("whole", "xxab" + part + "x" + part + "a", "part", part);
    assertEquals(
        "True 2 ['xx', 'abx', 'a'] xx-abx-a",
        text(
            "{{ part in whole }} {{ whole.find(part) }} {{ whole.split(part) }}"
                + " {{ whole | replace(part, '-') }}",
            texts));
  }

  @Test
  void refusesDeepNestingInsteadOfOverflowingTheStack() {
    for (String deep :
        List.of(
            "{{ " + "(".repeat(50_000) + "1" + ")".repeat(50_000) + " }}",
            "{{ " + "not ".repeat(50_000) + "1 }}",
            "{{ " + "[".repeat(50_000) + "]".repeat(50_000) + " }}",
            "{{ " + "-".repeat(50_000) + "1 }}",
            "{{ 1" + " if 1 else 1".repeat(20_000) + " }}",
            "{% if x %}".repeat(20_000))) {
      assertThrows(ExactaException.class, () -> Template.parse("deep", deep));
    }
  }

  /** Long chains are parsed by loops, but evaluated by recursion. */
  @Test
  void refusesLongChains() {
    for (String link :
        List.of(" + 1", " ~ 1", ".x", "['x']", " | string", " and 1", " or 1", " * 1")) {
      String source = "{{ 1" + link.repeat(20_000) + " }}";
      assertThrows(ExactaException.class, () -> Template.parse("chain", source), link);
    }
  }

  @Test
  void refusesToWalkListsThatNestDeep() {
    String deep =
        "{% set ns = namespace(a=[], b=[]) %}{% for i in range(20000) %}"
            + "{% set ns.a = [ns.a] %}{% set ns.b = [ns.b] %}{% endfor %}";
    String compared = refusal(deep + "{{ ns.a == ns.b }}", Map.of());
    assertTrue(compared.contains("nested more than 100 deep"), compared);
    String written = refusal(deep + "{{ ns.a | tojson }}", Map.of());
    assertTrue(written.contains("nested more than 100 deep"), written);
  }

  @Test
  void refusesATemplateThatIsTooLong() {
    String source = "x".repeat(Template.SOURCE_CHARS_MAX + 1);
    assertThrows(ExactaException.class, () -> Template.parse("long", source));
  }

  /** Whatever a stranger's file holds, it is parsed or refused, and rendered or refused. */
  @Test
  void survivesRandomTemplates() {
    String[] parts = {
      "{{ ",
      " }}",
      "{% ",
      " %}",
      "{%- ",
      " -%}",
      "{#",
      "#}",
      "if ",
      "else ",
      "elif ",
      "endif ",
      "for ",
      "x ",
      "in ",
      "messages ",
      "endfor ",
      "set ",
      "= ",
      "y ",
      "'a' ",
      "1 ",
      "+ ",
      "( ",
      ") ",
      "[ ",
      "] ",
      "| ",
      "trim ",
      "length ",
      ".",
      "loop.index ",
      "is ",
      "defined ",
      "not ",
      "text\n",
      ": ",
      ", ",
      "{ ",
      "} ",
      "namespace() ",
      "range(3) ",
      "- ",
      "~ ",
      "== ",
      "and "
    };
    int rendered = 0;
    for (int seed = 0; seed < 20_000; seed++) {
      Random random = new Random(seed);
      StringBuilder source = new StringBuilder();
      for (int i = random.nextInt(12); i >= 0; i--) {
        source.append(parts[random.nextInt(parts.length)]);
      }
      try {
        render(source.toString(), Map.of("messages", List.of("m"), "x", "1"));
        rendered++;
      } catch (ExactaException e) {
        assertTrue(e.getMessage().contains("line "), e.getMessage());
      }
    }
    assertTrue(rendered > 500, "templates that could be parsed: " + rendered);
  }
}
