package exacta.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.engine.text.ChatMessage;
import exacta.engine.text.Conversation;
import exacta.engine.text.ToolCall;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ToolConversationTest {
  private static final Toolbox TOOLBOX =
      new Toolbox(
          List.of(new Toolbox.Tool("f", Json.object().put("type", "function"), Json.object())),
          List.of(),
          true);

  private static final List<ChatMessage> MESSAGES =
      List.of(
          new ChatMessage("user", "When?"),
          new ChatMessage(
              "assistant",
              "",
              List.of(
                  new ToolCall("call_1", "f", Map.of("a", 1)), new ToolCall("b", "f", Map.of())),
              Optional.empty(),
              Optional.empty()),
          new ChatMessage("tool", "now", List.of(), Optional.of("call_1"), Optional.of("f")),
          new ChatMessage("tool", "later", List.of(), Optional.of("b"), Optional.of("f")));

  @Test
  void knowsAFormByTheTemplate() {
    assertEquals(ToolForm.TOLD, ToolForm.of("{{ messages }}{{ builtin_tools }}"));
    assertEquals(ToolForm.TAGGED, ToolForm.of("{% if tools %}<tool_call>{% endif %}"));
    assertEquals(ToolForm.LISTED, ToolForm.of("{{ tools }}[TOOL_CALLS]<tool_call>"));
    assertEquals(ToolForm.BARE, ToolForm.of("{{ tools }}<|python_tag|>"));
    assertEquals(ToolForm.OTHER, ToolForm.of("{{ tools }}"));
  }

  @Test
  void tellsTemplatesWithoutToolsAllAsText() {
    List<ChatMessage> told = ToolConversation.of(ToolForm.TOLD, MESSAGES, TOOLBOX).messages();
    assertEquals(4, told.size());
    assertEquals("system", told.get(0).role());
    assertTrue(told.get(0).content().contains("<tools>\n{\"type\":\"function\"}\n</tools>"));
    assertEquals(
        new ChatMessage(
            "assistant",
            "<tool_call>\n{\"name\": \"f\", \"arguments\": {\"a\":1}}\n</tool_call>\n"
                + "<tool_call>\n{\"name\": \"f\", \"arguments\": {}}\n</tool_call>"),
        told.get(2));
    assertEquals(
        new ChatMessage(
            "user",
            "<tool_response>\nnow\n</tool_response>\n<tool_response>\nlater\n</tool_response>"),
        told.get(3));
  }

  @Test
  void addsToolsToTheClientsOwnSystemMessage() {
    List<ChatMessage> messages =
        List.of(new ChatMessage("system", "Be brief."), new ChatMessage("user", "When?"));
    List<ChatMessage> told = ToolConversation.of(ToolForm.TOLD, messages, TOOLBOX).messages();
    assertEquals(2, told.size());
    assertTrue(told.getFirst().content().startsWith("Be brief.\n\nYou may call"));
    assertEquals(messages, ToolConversation.of(ToolForm.TOLD, messages, Toolbox.EMPTY).messages());
  }

  @Test
  void givesMistralsTemplatesTheIdsThatTheyTake() {
    Conversation conversation = ToolConversation.of(ToolForm.LISTED, MESSAGES, TOOLBOX);
    List<ToolCall> calls = conversation.messages().get(1).toolCalls();
    assertTrue(calls.getFirst().id().matches("[a-zA-Z0-9]{9}"));
    assertEquals(Optional.of(calls.getFirst().id()), conversation.messages().get(2).toolCallId());
    assertTrue(!calls.get(0).id().equals(calls.get(1).id()));
    assertEquals("abcDEF123", ToolConversation.shortId("abcDEF123"));
    assertEquals(List.of(Map.of("type", "function")), conversation.tools());
    assertEquals(MESSAGES, ToolConversation.of(ToolForm.TAGGED, MESSAGES, TOOLBOX).messages());
  }
}
