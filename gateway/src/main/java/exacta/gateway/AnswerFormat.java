package exacta.gateway;

import tools.jackson.databind.node.ObjectNode;

/** How one endpoint writes an answer. Spec: gateway.md#answers. */
interface AnswerFormat {
  /**
   * What all objects of one answer share.
   *
   * @param created seconds since 1970
   * @param logProbabilities writes them, for clients that asked
   */
  record Head(String id, long created, String model, LogProbabilityFormat logProbabilities) {}

  /** How ids of this endpoint begin. */
  String idPrefix();

  /** The whole answer as one object. */
  ObjectNode whole(Head head, AnswerPart all, String finish);

  /** The event before all text. */
  ObjectNode opening(Head head);

  /** More of the answer. */
  ObjectNode delta(Head head, AnswerPart more);

  /** The event behind all text. */
  ObjectNode closing(Head head, String finish);

  /** The event with the counts, for clients that asked for it. */
  ObjectNode counts(Head head);
}
