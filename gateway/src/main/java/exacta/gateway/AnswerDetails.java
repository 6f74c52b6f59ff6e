package exacta.gateway;

import java.util.Base64;
import java.util.HexFormat;
import tools.jackson.databind.node.ObjectNode;

/** What every answer has besides its text: counts, and who did it for how much. */
final class AnswerDetails {
  private AnswerDetails() {}

  /** Spec: gateway.md#usage. */
  static void putUsage(ObjectNode body, AnswerJob job, Outcome outcome) {
    body.putObject("usage")
        .put("prompt_tokens", job.promptCount())
        .put("completion_tokens", outcome.tokenCount())
        .put("total_tokens", job.promptCount() + outcome.tokenCount());
  }

  /** Spec: gateway.md#exacta. */
  static void putExacta(ObjectNode body, AnswerJob job, Outcome outcome) {
    ObjectNode exacta = body.putObject("exacta");
    exacta
        .put("cost", outcome.legs().stream().mapToLong(Leg::cost).sum())
        .put("model_root", job.listing().root().toHex())
        .put("seed", HexFormat.of().formatHex(job.request().getSeed().toByteArray()));
    if (outcome.legs().isEmpty()) {
      return;
    }
    putLeg(exacta, outcome.legs().getLast());
    for (Leg leg : outcome.legs()) {
      ObjectNode part = exacta.withArray("parts").addObject();
      putLeg(part, leg);
      part.put("number", leg.number())
          .put("tokens", leg.tokens())
          .put("cost", leg.cost())
          .put("signed_order", base64(leg.signed().toByteArray()))
          .put(
              "signed_receipt",
              leg.receipt().map(receipt -> base64(receipt.signed().toByteArray())).orElse(null));
    }
  }

  private static void putLeg(ObjectNode node, Leg leg) {
    node.put("host", leg.host().toString())
        .put("session", leg.session().toHex())
        .put("order", leg.orderHash().toHex())
        .put("receipt", leg.receipt().map(receipt -> receipt.hash().toHex()).orElse(null));
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
