package exacta.gateway;

import exacta.crypto.Address;
import exacta.crypto.PublicKey;
import exacta.primitives.Amount;
import exacta.primitives.Digest32;
import exacta.protocol.v1.SessionRecord;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;

/**
 * What a gateway needs of the chain, for one developer's account. Whatever goes wrong on the way is
 * an {@link exacta.primitives.ExactaException}.
 */
interface ChainPort {
  String chainId();

  MarketView market();

  /** How many orders of a lane may be open. */
  int openOrdersMax();

  /** The developer's sessions. */
  List<SessionRecord> sessions();

  Amount balance();

  /** Opens a session and waits until it is on the chain. */
  void openSession(PublicKey sessionKey, long lastEpoch, SortedMap<Address, Amount> lanes);

  /** Adds to the caps of lanes, or adds lanes, and waits until that is on the chain. */
  void topUp(Digest32 session, SortedMap<Address, Amount> lanes);

  /** Waits for the block after this height, but not for long. */
  void awaitBlockAfter(long height, Duration most);
}
