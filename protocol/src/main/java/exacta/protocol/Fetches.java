package exacta.protocol;

import exacta.crypto.Address;
import exacta.primitives.Digest32;
import exacta.protocol.v1.ReceiptFetch;
import exacta.protocol.v1.Signed;
import exacta.protocol.v1.SprintFetch;
import java.util.Optional;

/** Signed requests of auditors and jurors to a host. Spec: encoding.md#fetch. */
public final class Fetches {
  public static final String TAG = "fetch";

  private Fetches() {}

  /** The request for leaves that is signed here, if it is well-formed; nothing is verified. */
  public static Optional<SprintFetch> parseSprint(Signed signed) {
    return Signing.isWellFormed(signed)
        ? Wire.strict(SprintFetch.parser(), signed.getBody()).filter(Fetches::isWellFormed)
        : Optional.empty();
  }

  private static boolean isWellFormed(SprintFetch fetch) {
    return isBetween(fetch.getChainId(), fetch.getRequester(), fetch.getHost())
        && fetch.getSprint() >= 1
        && fetch.getItemsCount() <= Bounds.ITEMS_MAX
        && fetch.getItemsList().stream().allMatch(item -> item >= 0);
  }

  /** The request for a receipt that is signed here, if it is well-formed; nothing is verified. */
  public static Optional<ReceiptFetch> parseReceipt(Signed signed) {
    return Signing.isWellFormed(signed)
        ? Wire.strict(ReceiptFetch.parser(), signed.getBody()).filter(Fetches::isWellFormed)
        : Optional.empty();
  }

  private static boolean isWellFormed(ReceiptFetch fetch) {
    return isBetween(fetch.getChainId(), fetch.getRequester(), fetch.getHost())
        && fetch.getEpoch() >= 0
        && fetch.getSession().size() == Digest32.BYTES
        && fetch.getCoin() >= 0
        && fetch.getNumber() >= 0
        && (fetch.getCoin() == 0 || fetch.getNumber() == 0);
  }

  private static boolean isBetween(String chainId, String requester, String host) {
    return Shape.isChainId(chainId)
        && Address.parse(requester).isPresent()
        && Address.parse(host).isPresent();
  }
}
