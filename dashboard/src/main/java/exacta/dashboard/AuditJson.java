package exacta.dashboard;

import exacta.protocol.v1.QueryAuditsResponse;
import exacta.protocol.v1.ReceiptDuty;
import exacta.protocol.v1.SettlementRecord;
import exacta.protocol.v1.SprintCallRecord;
import exacta.protocol.v1.SprintDuty;
import exacta.protocol.v1.SprintEntry;
import exacta.protocol.v1.SprintRecord;
import java.util.HexFormat;
import java.util.Locale;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Sprints and settlements as JSON: their windows, and who owes which check. */
final class AuditJson {
  static final int ENTRIES_MAX = 100;

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private AuditJson() {}

  static ObjectNode sprint(SprintRecord sprint) {
    ObjectNode node = NODES.objectNode();
    node.put("number", sprint.getSprint());
    node.put("epoch", sprint.getEpoch());
    node.put("phase", word(sprint.getPhase(), "SPRINT_PHASE_"));
    node.put("seed", HexFormat.of().formatHex(sprint.getSeed().toByteArray()));
    new Windows(node.putArray("windows"), sprint.getAnnouncedHeight() - 1)
        .until("notice", sprint.getStartHeight())
        .until("compute", sprint.getComputeEnd())
        .until("commit", sprint.getCommitEnd())
        .until("draw", sprint.getDrawHeight())
        .until("audit", sprint.getAuditEnd())
        .until("answer", sprint.getAnswerEnd())
        .until("dispute", sprint.getDisputeEnd())
        .until("verdict", sprint.getCountHeight());
    node.put("entryCount", sprint.getEntriesCount());
    ArrayNode entries = node.putArray("entries");
    sprint.getEntriesList().stream().limit(ENTRIES_MAX).forEach(entry -> entries.add(entry(entry)));
    return node;
  }

  private static ObjectNode entry(SprintEntry entry) {
    ObjectNode node = NODES.objectNode();
    node.put("host", StateJson.text(entry.getHost()));
    node.put("claimed", entry.getClaimed());
    node.put("bounded", entry.getBounded());
    node.put("counted", entry.getCounted());
    node.put("result", word(entry.getResult(), "SPRINT_RESULT_"));
    node.put("calls", entry.getCallsCount());
    node.put(
        "callsAnswered",
        entry.getCallsList().stream().filter(SprintCallRecord::getAnswered).count());
    ArrayNode duties = node.putArray("duties");
    for (SprintDuty duty : entry.getDutiesList()) {
      ObjectNode item = duties.addObject();
      item.put("auditor", StateJson.text(duty.getAuditor()));
      item.put("samples", duty.getItemsCount());
      item.put("attested", duty.getAttested());
    }
    return node;
  }

  /** All of it lies in the epoch after the one that is settled. */
  static ObjectNode settlement(QueryAuditsResponse audits, long epochBlocks) {
    ObjectNode node = NODES.objectNode();
    node.put("epoch", audits.getEpoch());
    ArrayNode windows = node.putArray("windows");
    if (audits.getSettlementEnd() > 0) {
      new Windows(windows, (audits.getEpoch() + 1) * epochBlocks)
          .until("settle", audits.getSettlementEnd())
          .until("draw", audits.getDrawHeight())
          .until("audit", audits.getAuditEnd())
          .until("answer", audits.getAnswerEnd())
          .until("jury draw", audits.getJuryDrawHeight())
          .until("jury", audits.getJuryEnd())
          .until("pay", audits.getPayHeight());
    }
    node.put("entryCount", audits.getSettlementsCount());
    ArrayNode entries = node.putArray("entries");
    audits.getSettlementsList().stream()
        .limit(ENTRIES_MAX)
        .forEach(settlement -> entries.add(entry(settlement)));
    return node;
  }

  private static ObjectNode entry(SettlementRecord settlement) {
    ObjectNode node = NODES.objectNode();
    node.put("host", StateJson.text(settlement.getHost()));
    node.put("total", StateJson.amount(settlement.getTotal()));
    node.put("lanes", settlement.getLanesCount());
    node.put("disputes", settlement.getDisputesCount());
    node.put("paid", settlement.getPaid());
    ArrayNode duties = node.putArray("duties");
    for (ReceiptDuty duty : settlement.getDutiesList()) {
      ObjectNode item = duties.addObject();
      item.put("auditor", StateJson.text(duty.getAuditor()));
      item.put("samples", duty.getSamplesCount());
      item.put("attested", duty.getAttested());
    }
    return node;
  }

  /** {@code SPRINT_PHASE_COMMIT} is `commit`; what is not specified, `none`. */
  static String word(Enum<?> value, String prefix) {
    String name = value.name();
    if (name.equals(prefix + "UNSPECIFIED") || !name.startsWith(prefix)) {
      return "none";
    }
    return name.substring(prefix.length()).toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** Windows that follow each other, each given by its last block. */
  private static final class Windows {
    private final ArrayNode list;
    private long before;

    Windows(ArrayNode list, long before) {
      this.list = list;
      this.before = before;
    }

    Windows until(String name, long last) {
      if (last > before) {
        ObjectNode window = list.addObject();
        window.put("name", name);
        window.put("from", before + 1);
        window.put("to", last);
        before = last;
      }
      return this;
    }
  }
}
