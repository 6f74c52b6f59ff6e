package exacta.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallFinderTest {
  private static final Toolbox TOOLBOX =
      new Toolbox(List.of(tool("f"), tool("get_time")), List.of(), true);

  private static Toolbox.Tool tool(String name) {
    return new Toolbox.Tool(name, Json.object(), Json.object());
  }

  /** What comes of an answer that arrives in pieces of so many characters. */
  private static String read(CallFinder finder, String text, int size, boolean stopped) {
    AnswerReader reader = new AnswerReader(finder, true);
    List<AnswerPart> parts = new ArrayList<>();
    for (int at = 0; at < text.length(); at += size) {
      String piece = text.substring(at, Math.min(text.length(), at + size));
      parts.addAll(reader.more(new Shown(piece, List.of())));
    }
    parts.addAll(reader.finish(stopped));
    AnswerPart whole = AnswerPart.whole(parts);
    StringBuilder result = new StringBuilder(whole.text());
    whole.calls().forEach(call -> result.append('@').append(call.name()).append(call.arguments()));
    return result.toString();
  }

  private static void assertRead(String expected, ToolForm form, String text) {
    for (int size = 1; size <= text.length(); size++) {
      CallFinder finder = form.finder(new CallParser(TOOLBOX));
      assertEquals(expected, read(finder, text, size, true), "in pieces of " + size);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          <tool_call>\\n{"name": "f", "arguments": {"a": 1}}\\n</tool_call> | @f{"a":1}
          So:\\n<tool_call>{"name":"f","arguments":{}}</tool_call> | So:@f{}
          <tool_call>{"name":"f","arguments":{}}</tool_call>\\n<tool_call>{"name":"get_time","arguments":{"x":[1.50,null]}}</tool_call>\\n | @f{}@get_time{"x":[1.50,null]}
          <tool_call>[{"name":"f","arguments":{}},{"name":"f","arguments":{"b":"c"}}]</tool_call> | @f{}@f{"b":"c"}
          <tool_call>{"name":"f","parameters":{}}</tool_call> | @f{}
          <tool_call>{"name":"f","arguments":{}} | @f{}
          A <tool_call>{"name":"g","arguments":{}}</tool_call> | A <tool_call>{"name":"g","arguments":{}}</tool_call>
          <tool_call>{"name":"f","arguments":"x"}</tool_call> | <tool_call>{"name":"f","arguments":"x"}</tool_call>
          <tool_call> or <tool_call>{"name":"f","arguments":{}}</tool_call> done | <tool_call> or done@f{}
          <tool_call>no | <tool_call>no
          a <tool_ b\\n | a <tool_ b\\n
          {"name":"f","arguments":{}} | {"name":"f","arguments":{}}
          """)
  void readsTaggedCalls(String text, String expected) {
    assertRead(lines(expected), ToolForm.TAGGED, lines(text));
    assertRead(lines(expected), ToolForm.TOLD, lines(text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          [TOOL_CALLS][{"name": "f", "arguments": {"a": 1}, "id": "123456789"}] | @f{"a":1}
          [TOOL_CALLS] [{"name":"f","arguments":{}},{"name":"get_time","arguments":{}}] | @f{}@get_time{}
          Well. [TOOL_CALLS]f[ARGS]{"a":"b"}[TOOL_CALLS]get_time[ARGS]{} | Well.@f{"a":"b"}@get_time{}
          [TOOL_CALLS]g[ARGS]{} | [TOOL_CALLS]g[ARGS]{}
          [TOOL_CALLS] are calls | [TOOL_CALLS] are calls
          """)
  void readsListedCalls(String text, String expected) {
    assertRead(expected, ToolForm.LISTED, text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"name": "f", "parameters": {"a": 1}} | @f{"a":1}
          <!python_tag!>{"name":"f","parameters":{}} | @f{}
          {"name":"f","parameters":{}} and more | {"name":"f","parameters":{}} and more
          It is {"name":"f","parameters":{}} | It is {"name":"f","parameters":{}}
          {"a":1} | {"a":1}
          """)
  void readsBareCalls(String text, String expected) {
    assertRead(expected, ToolForm.BARE, text.replace('!', '|'));
  }

  @Test
  void readsNothingOfAnUnknownForm() {
    String text = "<tool_call>{\"name\":\"f\",\"arguments\":{}}</tool_call>";
    assertRead(text, ToolForm.OTHER, text);
  }

  private static String lines(String text) {
    return text.replace("\\n", "\n");
  }

  @Test
  void leavesACallThatTheLimitCutAsText() {
    for (ToolForm form : List.of(ToolForm.TAGGED, ToolForm.BARE)) {
      String call = form == ToolForm.BARE ? "{\"name\":\"f\"" : "<tool_call>{\"name\":\"f\"";
      assertEquals(call, read(form.finder(new CallParser(TOOLBOX)), call, 3, false));
    }
  }

  @Test
  void letsTextGoAsSoonAsItIsNoCall() {
    AnswerReader reader = new AnswerReader(ToolForm.TAGGED.finder(new CallParser(TOOLBOX)), true);
    assertEquals("a", text(reader, "a <tool_"));
    assertEquals(" <tool_x", text(reader, "x"));
    assertEquals("", text(reader, " <tool_call>{\"name\":"));
    assertEquals("", text(reader, "\"f\",\"arguments\":{}}</tool_call"));
    assertFalse(reader.hasCalls());
    assertEquals(1, reader.more(new Shown(">", List.of())).getFirst().calls().size());
  }

  private static String text(AnswerReader reader, String more) {
    return AnswerPart.whole(reader.more(new Shown(more, List.of()))).text();
  }

  @Test
  void givesOnlyTheFirstCallWhereParallelOnesAreNotWanted() {
    String call = "<tool_call>{\"name\":\"f\",\"arguments\":{}}</tool_call>";
    AnswerReader reader = new AnswerReader(ToolForm.TAGGED.finder(new CallParser(TOOLBOX)), false);
    List<AnswerPart> parts = new ArrayList<>(reader.more(new Shown(call + call, List.of())));
    parts.addAll(reader.finish(true));
    assertEquals(1, AnswerPart.whole(parts).calls().size());
    assertEquals("", AnswerPart.whole(parts).text());
  }

  @Test
  void tellsTokensOfCallsWithTheCall() {
    AnswerReader reader = new AnswerReader(ToolForm.TAGGED.finder(new CallParser(TOOLBOX)), true);
    ScoredToken token = new ScoredToken(1, -1, new int[0], new float[0]);
    List<AnswerPart> parts = new ArrayList<>();
    parts.addAll(reader.more(new Shown("<tool_call>{\"name\":\"f\",", List.of(token, token))));
    parts.addAll(reader.more(new Shown("\"arguments\":{}}</tool_call>", List.of(token))));
    assertEquals(1, parts.size());
    assertEquals(3, parts.getFirst().tokens().size());
    assertEquals(1, parts.getFirst().calls().size());
  }
}
