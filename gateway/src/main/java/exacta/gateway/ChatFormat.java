package exacta.gateway;

import tools.jackson.databind.node.ObjectNode;

/** Answers of {@code /v1/chat/completions}. */
final class ChatFormat implements AnswerFormat {
  @Override
  public String idPrefix() {
    return "chatcmpl-";
  }

  @Override
  public ObjectNode whole(Head head, Shown all, String finish) {
    ObjectNode body = head(head, "chat.completion");
    ObjectNode choice = choice(body);
    ObjectNode message = choice.putObject("message");
    message.put("role", "assistant").put("content", all.text()).putNull("refusal");
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
  public ObjectNode delta(Head head, Shown more) {
    ObjectNode body = head(head, "chat.completion.chunk");
    ObjectNode choice = choice(body);
    choice.putObject("delta").put("content", more.text());
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
