package exacta.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

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

  private static AnswerPart read(String text, boolean stopped) {
    AnswerReader reader = new AnswerReader(new ForcedCall(), true);
    List<AnswerPart> parts = new ArrayList<>(reader.more(new Shown(text, List.of())));
    parts.addAll(reader.finish(stopped));
    return AnswerPart.whole(parts);
  }

  @Test
  void givesTheArgumentsAsTheModelWroteThem() {
    String arguments = "{ \"a\": [1.0, \"}\"]}";
    String text = "{\n  \"name\": \"f\", \"arguments\": " + arguments + "\n}";
    assertEquals(List.of(new FunctionCall("f", arguments)), read(text, true).calls());
    assertEquals("", read(text, true).text());
  }

  @Test
  void givesTheBeginningOfArgumentsThatTheLimitCut() {
    String text = "{\"name\":\"f\",\"arguments\":{\"a\":\"b";
    assertEquals(List.of(new FunctionCall("f", "{\"a\":\"b")), read(text, false).calls());
    assertEquals(text, read(text, true).text(), "a stop text of the client's own cut it");
    assertEquals("{\"name\":\"f", read("{\"name\":\"f", false).text());
  }
}
