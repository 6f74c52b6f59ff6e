package exacta.gateway;

import tools.jackson.databind.node.ObjectNode;

/** Answers of {@code /v1/chat/completions}. */
final class ChatFormat implements AnswerFormat {
  @Override
  public String idPrefix() {
    return "chatcmpl-";
  }

  @Override
  public ObjectNode whole(Head head, AnswerPart all, String finish) {
    ObjectNode body = head(head, "chat.completion");
    ObjectNode choice = choice(body);
    ObjectNode message = choice.putObject("message");
    message.put("role", "assistant");
    putContent(message, all);
    message.putNull("refusal");
    putCalls(message, head, all);
    head.logProbabilities().put(choice, all.tokens());
    choice.put("finish_reason", finish);
    return body;
  }

  @Override
  public ObjectNode opening(Head head) {
    ObjectNode body = head(head, "chat.completion.chunk");
    ObjectNode choice = choice(body);
    choice.putObject("delta").put("role", "assistant").put("content", "");
    choice.putNull("finish_reason");
    return body;
  }

  @Override
  public ObjectNode delta(Head head, AnswerPart more) {
    ObjectNode body = head(head, "chat.completion.chunk");
    ObjectNode choice = choice(body);
    ObjectNode delta = choice.putObject("delta");
    if (more.calls().isEmpty() || !more.text().isEmpty()) {
      delta.put("content", more.text());
    }
    putParts(delta, head, more);
    head.logProbabilities().put(choice, more.tokens());
    choice.putNull("finish_reason");
    return body;
  }

  @Override
  public ObjectNode closing(Head head, String finish) {
    ObjectNode body = head(head, "chat.completion.chunk");
    ObjectNode choice = choice(body);
    choice.putObject("delta");
    choice.put("finish_reason", finish);
    return body;
  }

  @Override
  public ObjectNode counts(Head head) {
    ObjectNode body = head(head, "chat.completion.chunk");
    body.putArray("choices");
    return body;
  }

  /** Who only calls says nothing, which is not the same as the empty text. */
  private static void putContent(ObjectNode message, AnswerPart all) {
    if (all.text().isEmpty() && !all.calls().isEmpty()) {
      message.putNull("content");
    } else {
      message.put("content", all.text());
    }
  }

  private static void putCalls(ObjectNode message, Head head, AnswerPart all) {
    for (CallPart call : all.calls()) {
      ObjectNode node = message.withArray("tool_calls").addObject();
      putName(node, head, call).put("arguments", call.arguments());
    }
  }

  /** Of a call, id and name come with its first part only. */
  private static void putParts(ObjectNode delta, Head head, AnswerPart more) {
    for (CallPart part : more.calls()) {
      ObjectNode node = delta.withArray("tool_calls").addObject().put("index", part.index());
      ObjectNode function =
          part.isBeginning() ? putName(node, head, part) : node.putObject("function");
      function.put("arguments", part.arguments());
    }
  }

  private static ObjectNode putName(ObjectNode node, Head head, CallPart call) {
    String id = ToolConversation.shortId(head.id() + " " + call.index());
    node.put("id", id).put("type", "function");
    return node.putObject("function").put("name", call.name());
  }

  private static ObjectNode head(Head head, String object) {
    return Json.object()
        .put("id", head.id())
        .put("object", object)
        .put("created", head.created())
        .put("model", head.model());
  }

  private static ObjectNode choice(ObjectNode body) {
    return body.putArray("choices").addObject().put("index", 0).putNull("logprobs");
  }
}
