package exacta.ledger;

import exacta.crypto.Address;
import java.io.ByteArrayOutputStream;

/** Keys of the state, for those who ask for an entry with its proof. Spec: ledger.md#state. */
public final class StateKeys {
  private StateKeys() {}

  /** Of an {@link exacta.ledger.state.AccountState}. */
  public static byte[] account(Address address) {
    return key("account/", address.toBytes());
  }

  /** Of a {@link exacta.ledger.state.HostState}. */
  public static byte[] host(Address address) {
    return key("host/", address.toBytes());
  }

  /** Of the {@link exacta.protocol.v1.Supply}. */
  public static byte[] supply() {
    return key("supply/", new byte[0]);
  }

  private static byte[] key(String table, byte[] rest) {
    ByteArrayOutputStream key = new ByteArrayOutputStream();
    key.writeBytes(Keys.ofText(table));
    key.writeBytes(rest);
    return key.toByteArray();
  }
}
