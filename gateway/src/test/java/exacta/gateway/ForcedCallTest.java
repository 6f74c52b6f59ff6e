package exacta.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.engine.grammar.Grammar;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class ForcedCallTest {
  private static Toolbox.Tool tool(String name, String parameters) {
    return new Toolbox.Tool(name, Json.object(), (ObjectNode) Json.read(parameters).orElseThrow());
  }

  @Test
  void holdsTheModelToACallOfOneOfTheFunctions() {
    Toolbox.Tool tool =
        tool("f", "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"null\"}}}");
    String call =
        "{\"type\":\"object\",\"properties\":{\"name\":{\"const\":\"f\"},\"arguments\":"
            + tool.parameters()
            + "},\"required\":[\"name\",\"arguments\"]}";
    assertEquals(call, ForcedCall.schema(ToolForm.TAGGED, List.of(tool)));
    assertEquals(
        "{\"anyOf\":[%s,%s]}".formatted(call, call),
        ForcedCall.schema(ToolForm.TAGGED, List.of(tool, tool)));
    assertEquals(
        call.replace("arguments", "parameters"), ForcedCall.schema(ToolForm.BARE, List.of(tool)));
  }

  /** A property may be called like a keyword, and a constant look like a reference. */
  @Test
  void movesReferencesAndNothingElse() {
    String parameters =
        "{\"type\":\"object\",\"properties\":{\"$ref\":{\"$ref\":\"#/$defs/a\"},"
            + "\"items\":{\"type\":\"array\",\"items\":{\"anyOf\":[{\"$ref\":\"#/$defs/a\"},"
            + "{\"const\":{\"$ref\":\"#/x\"}}]}}},"
            + "\"$defs\":{\"a\":{\"type\":\"object\",\"properties\":{\"next\":{\"$ref\":\"#/$defs/a\"}}}}}";
    String at = "#/anyOf/1/properties/arguments/$defs/a";
    String schema =
        ForcedCall.schema(
            ToolForm.TAGGED, List.of(tool("e", "{\"type\":\"object\"}"), tool("f", parameters)));
    String expected = parameters.replace("#/$defs/a", at);
    assertEquals(
        expected, Json.read(schema).orElseThrow().at("/anyOf/1/properties/arguments").toString());
    Grammar.ofSchema(schema);
  }

  private static AnswerPart read(String text, int size) {
    AnswerReader reader = new AnswerReader(new ForcedCall(), true);
    List<AnswerPart> parts = new ArrayList<>();
    for (int at = 0; at < text.length(); at += size) {
      String piece = text.substring(at, Math.min(text.length(), at + size));
      parts.addAll(reader.more(new Shown(piece, List.of())));
    }
    parts.addAll(reader.finish(false));
    return AnswerPart.whole(parts);
  }

  @Test
  void givesTheArgumentsAsTheModelWroteThem() {
    String arguments = "{ \"a\": [1.0, \"}\\\"}\", {}]}";
    String text = "{\n  \"name\": \"f\", \"arguments\": " + arguments + "\n}";
    for (int size = 1; size <= text.length(); size++) {
      assertEquals(List.of(new CallPart(0, "f", arguments)), read(text, size).calls());
      assertEquals("", read(text, size).text());
    }
  }

  @Test
  void givesTheBeginningOfArgumentsThatTheLimitCut() {
    String text = "{\"name\":\"f\",\"arguments\":{\"a\":\"b";
    assertEquals(List.of(new CallPart(0, "f", "{\"a\":\"b")), read(text, 5).calls());
    String nested = "{\"name\":\"f\",\"arguments\":{\"a\":{ } }";
    assertEquals(List.of(new CallPart(0, "f", "{\"a\":{ } }")), read(nested, 3).calls());
    assertEquals("{\"name\":\"f", read("{\"name\":\"f", 4).text());
  }

  @Test
  void isNoCallThatEndsTheAnswerUntilItIsComplete() {
    AnswerReader reader = new AnswerReader(new ForcedCall(), true);
    reader.more(new Shown("{\"name\":\"f\",\"arguments\":{}", List.of()));
    reader.finish(true);
    assertFalse(reader.hasCalls(), "a stop text of the client's own cut it");
  }

  @Test
  void tellsArgumentsAsTheyCome() {
    AnswerReader reader = new AnswerReader(new ForcedCall(), true);
    List<AnswerPart> parts =
        reader.more(new Shown("{\"name\":\"f\",\"arguments\":{\"a\":", List.of()));
    assertEquals(List.of(new CallPart(0, "f", "{\"a\":")), parts.getFirst().calls());
    parts = reader.more(new Shown("1}", List.of()));
    assertEquals(List.of(new CallPart(0, "", "1}")), parts.getFirst().calls());
    assertEquals(List.of(), reader.more(new Shown("}", List.of())));
    assertEquals(List.of(), reader.finish(true));
    assertTrue(reader.hasCalls());
  }
}
