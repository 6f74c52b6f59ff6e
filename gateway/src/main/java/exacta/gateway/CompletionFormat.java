package exacta.gateway;

import tools.jackson.databind.node.ObjectNode;

/** Answers of {@code /v1/completions}; parts of a stream look like the whole. */
final class CompletionFormat implements AnswerFormat {
  @Override
  public String idPrefix() {
    return "cmpl-";
  }

  @Override
  public ObjectNode whole(Head head, AnswerPart all, String finish) {
    ObjectNode body = counts(head);
    body.withArray("choices")
        .addObject()
        .put("index", 0)
        .put("text", all.text())
        .putNull("logprobs")
        .put("finish_reason", finish);
    return body;
  }

  @Override
  public ObjectNode opening(Head head) {
    return delta(head, AnswerPart.NOTHING);
  }

  @Override
  public ObjectNode delta(Head head, AnswerPart more) {
    return whole(head, more, null);
  }

  @Override
  public ObjectNode closing(Head head, String finish) {
    return whole(head, AnswerPart.NOTHING, finish);
  }

  @Override
  public ObjectNode counts(Head head) {
    ObjectNode body =
        Json.object()
            .put("id", head.id())
            .put("object", "text_completion")
            .put("created", head.created())
            .put("model", head.model());
    body.putArray("choices");
    return body;
  }
}
