package exacta.ledger;

/**
 * What became of a transaction, in the terms of the Cosmos ecosystem.
 *
 * @param code 0 if it took effect; else it changed nothing but its signer's sequence
 * @param codespace whose code it is, empty for code 0
 * @param log for people: why it failed
 * @param data an encoded {@code TxMsgData} with one answer per message
 */
public record TxResult(int code, String codespace, String log, byte[] data) {
  private static final byte[] NO_DATA = new byte[0];

  static TxResult accepted(byte[] data) {
    return new TxResult(0, "", "", data);
  }

  static TxResult refused(Refusal refusal, String log) {
    return new TxResult(refusal.code(), refusal.codespace(), log, NO_DATA);
  }

  public boolean isAccepted() {
    return code == 0;
  }
}
