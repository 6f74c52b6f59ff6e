package exacta.ledger;

import java.util.List;

/**
 * What became of a transaction, in the terms of the Cosmos ecosystem.
 *
 * @param code 0 if it took effect; else it changed nothing but its signer's sequence and what the
 *     fee took
 * @param codespace whose code it is, empty for code 0
 * @param log for people: why it failed
 * @param data an encoded {@code TxMsgData} with one answer per message
 * @param gasWanted the limit that its signer set
 * @param gasUsed what it costs, whatever became of it; 0 if it is malformed
 */
public record TxResult(
    int code,
    String codespace,
    String log,
    byte[] data,
    long gasWanted,
    long gasUsed,
    List<TxEvent> events) {
  private static final byte[] NO_DATA = new byte[0];

  public TxResult {
    events = List.copyOf(events);
  }

  /** One that used no gas and has no events. */
  public TxResult(int code, String codespace, String log, byte[] data) {
    this(code, codespace, log, data, 0, 0, List.of());
  }

  static TxResult accepted(byte[] data) {
    return new TxResult(0, "", "", data);
  }

  static TxResult refused(Refusal refusal, String log) {
    return new TxResult(refusal.code(), refusal.codespace(), log, NO_DATA);
  }

  TxResult withGas(long wanted, long used) {
    return new TxResult(code, codespace, log, data, wanted, used, events);
  }

  TxResult withEvents(List<TxEvent> list) {
    return new TxResult(code, codespace, log, data, gasWanted, gasUsed, list);
  }

  /**
   * What a check tells of it: no answers and no events, since nothing has happened. CometBFT writes
   * a check's data in hex where cosmjs reads base64, so there must be none.
   */
  TxResult ofCheck() {
    return new TxResult(code, codespace, log, NO_DATA, gasWanted, gasUsed, List.of());
  }

  public boolean isAccepted() {
    return code == 0;
  }
}
