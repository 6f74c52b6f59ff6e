package exacta.engine.grammar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrammarTest {
  private static Automaton.State read(String schema, String text) {
    Automaton.State state = new Automaton(Grammar.ofSchema(schema)).start();
    for (byte value : text.getBytes(StandardCharsets.UTF_8)) {
      state = state.next(value & 0xff);
    }
    return state;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"type":"integer"}                        | -12            | true
          {"type":"integer"}                        | 012            | false
          {"type":"integer"}                        | 1.5            | false
          {"type":"integer"}                        | 12345678901234567 | false
          {"type":"number"}                         | -0.25e+10      | true
          {"type":"number"}                         | 1.             | false
          {"type":"number"}                         | 1e100          | false
          {"type":"string"}                         | "\\ud83d\\ude00" | true
          {"type":"string"}                         | "\\ud83d"      | false
          {"type":"string","maxLength":2}           | "日本"          | true
          {"type":"string","maxLength":2}           | "日本語"        | false
          {"type":"string","minLength":1}           | ""             | false
          {"const":{"a":[1,"x"]}}                   | {"a":[1,"x"]}  | true
          {"const":{"a":[1,"x"]}}                   | {"a":[1, "x"]} | false
          {"enum":[1,"1",null],"type":"string"}     | "1"            | true
          {"enum":[1,"1",null],"type":"string"}     | 1              | false
          {"type":"object"}                         | {"x": [1, {"y": null}]} | true
          {"type":"object"}                         | {"x": 1,}      | false
          {"type":"object"}                         | []             | false
          {"type":"object"}                         | `{} `          | false
          {"type":"object"}                         | {"x" : 1}      | false
          {"properties":{"a":true,"b":{"type":"null"}},"required":["b"]} | {"b":null} | true
          {"properties":{"a":true,"b":{"type":"null"}},"required":["b"]} | {"a":1} | false
          {"properties":{"a":true,"b":{"type":"null"}},"required":["b"]} | {"b":null,"a":1} | false
          {"type":"array","items":{"type":"integer"},"minItems":2,"maxItems":3} | [1, 2, 3] | true
          {"type":"array","items":{"type":"integer"},"minItems":2,"maxItems":3} | [1] | false
          {"type":"array","maxItems":0}             | []             | true
          {"type":"array","maxItems":0}             | [1]            | false
          {"properties":{}}                         | {}             | true
          {"properties":{}}                         | {"a":1}        | false
          {"$ref":"#/$defs/t","$defs":{"t":{"type":"array","items":{"$ref":"#/$defs/t"}}}} | [[], [[]]] | true
          """)
  void acceptsWhatFits(String schema, String text, boolean fits) {
    assertEquals(fits, read(schema, text).isAccepting());
  }

  /** A few kilobytes with more ways through them than anybody can walk, from a stranger. */
  @ParameterizedTest
  @CsvSource({"null,n", "array,[", "array,[[["})
  void givesUpOnReferencesThatDouble(String leaf, String text) {
    String definitions =
        IntStream.range(0, 60)
            .mapToObj(i ->
                "\"a%d\":{\"anyOf\":[{\"$ref\":\"#/$defs/a%d\"},{\"$ref\":\"#/$defs/a%d\"}]}"
                    .formatted(i, i + 1, i + 1))
            .collect(Collectors.joining(","));
    String schema =
        "{\"type\":\"array\",\"items\":{\"$ref\":\"#/$defs/a0\"},\"$defs\":{%s,\"a60\":{\"type\":\"%s\"}}}"
            .formatted(definitions, leaf);
    assertTrue(read(schema, "[" + text).isDead());
  }

  @Test
  void followsALongChainOfReferences() {
    String definitions =
        IntStream.range(0, 1500)
            .mapToObj(i -> "\"a%d\":{\"$ref\":\"#/$defs/a%d\"}".formatted(i, i + 1))
            .collect(Collectors.joining(","));
    String schema =
        "{\"$ref\":\"#/$defs/a0\",\"$defs\":{%s,\"a1500\":{\"type\":\"null\"}}}"
            .formatted(definitions);
    assertTrue(read(schema, "null").isAccepting());
  }

  /**
   * What a list of countries or time zones comes to; alternatives of their own would be too many.
   */
  @Test
  void readsManyConstantsThatBeginAlike() {
    String constants =
        IntStream.range(0, 1000)
            .mapToObj(i -> "\"name " + i + "\"," + i)
            .collect(Collectors.joining(",", "{\"enum\":[", "]}"));
    assertTrue(read(constants, "\"name 999\"").isAccepting());
    assertTrue(read(constants, "99").isAccepting());
    assertTrue(read(constants, "999").isAccepting());
    assertFalse(read(constants, "\"name 99").isAccepting());
    assertTrue(read(constants, "\"name 1000").isDead());
    assertTrue(read(constants, "01").isDead());
  }

  @Test
  void refusesMoreOptionalPropertiesThanItCouldFollow() {
    assertTrue(read(optional(200), "{\"p199\":1}").isAccepting());
    String problem =
        assertThrows(IllegalArgumentException.class, () -> Grammar.ofSchema(optional(201)))
            .getMessage();
    assertTrue(problem.contains("more than 200 properties"), problem);
  }

  private static String optional(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "\"p" + i + "\":true")
        .collect(Collectors.joining(",", "{\"properties\":{", "}}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"type":"string","pattern":"a"}           | schema at #: 'pattern' is not supported here
          {"type":"object","properties":{"a":{"minimum":1}}} | schema at #/properties/a: 'minimum' is not supported here
          {"oneOf":[true]}                          | schema at #: 'oneOf' is not supported here
          {"$ref":"#"}                              | schema at #: the schema refers to itself and to nothing else
          {"$ref":"#/$defs/a","$defs":{"a":{"anyOf":[{"$ref":"#/$defs/b"}]},"b":{"$ref":"#/$defs/a"}}} | schema at #/$defs/a: the schema refers to itself and to nothing else
          {"$ref":"http://x/y"}                     | schema at #: '$ref' points into the schema itself, as #/$defs/name does
          {"$ref":"#/$defs/a"}                      | schema at #: there is no '#/$defs/a' to refer to
          {"properties":{"a":true},"required":["b"]} | schema at #: 'required' names what 'properties' does not
          {"type":"text"}                           | schema at #: there is no type 'text'
          {"type":"array","minItems":3,"maxItems":2} | schema at #: 'maxItems' is below 'minItems'
          {"type":"string","minLength":-1}          | schema at #: 'minLength' is an integer from 0
          {"enum":[]}                               | schema at #: 'enum' leaves no value
          false                                     | schema at #: a schema is an object, or true
          {"type":"integer",}                       | no valid JSON at character 18: a string should begin here
          {"type":"string","maxLength":999999999}   | the schema is too large: its lists, bounds and names need more than 65536 steps
          """)
  void refusesWhatItDoesNotSupport(String schema, String message) {
    String actual =
        assertThrows(IllegalArgumentException.class, () -> Grammar.ofSchema(schema)).getMessage();
    assertEquals(message, actual);
  }

  @Test
  void refusesHugeSchemas() {
    String big = "{\"title\":\"" + "x".repeat(Grammar.SCHEMA_BYTES_MAX) + "\"}";
    assertThrows(IllegalArgumentException.class, () -> Grammar.ofSchema(big));
    assertFalse(read(nested(64), "[").isDead());
    assertThrows(IllegalArgumentException.class, () -> Grammar.ofSchema(nested(65)));
  }

  /** A schema of so many levels, with nothing in the last. */
  private static String nested(int levels) {
    return "{\"items\":".repeat(levels - 1) + "{}" + "}".repeat(levels - 1);
  }

  @Test
  void opensAtMostSoManyLevels() {
    assertFalse(read("true", "[".repeat(Automaton.LEVELS_MAX)).isDead());
    assertTrue(read("true", "[".repeat(Automaton.LEVELS_MAX + 1)).isDead());
    assertTrue(
        read("true", "[".repeat(Automaton.LEVELS_MAX) + "]".repeat(Automaton.LEVELS_MAX))
            .isAccepting());
  }

  /** Alternatives that begin alike double with each level; the work does not. */
  @Test
  void endsTextsThatCanBeReadInTooManyWays() {
    String schema =
        "{\"anyOf\":[{\"type\":\"null\"},{\"type\":\"array\",\"items\":{\"$ref\":\"#\"}},"
            + "{\"type\":\"array\",\"items\":{\"$ref\":\"#\"},\"minItems\":1}]}";
    assertTrue(read(schema, "[[[null]]]").isAccepting());
    assertTrue(read(schema, "[".repeat(20)).isDead());
  }
}
