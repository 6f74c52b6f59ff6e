package exacta.ledger;

import exacta.crypto.Address;
import exacta.ledger.MarketTables.OwnedKey;
import exacta.ledger.state.SessionIndex;
import exacta.primitives.Amount;
import exacta.primitives.Digest32;
import exacta.protocol.Wire;
import exacta.protocol.v1.LaneRecord;
import exacta.protocol.v1.SessionRecord;

/** Gives back what ended sessions have not spent. Spec: market.md#session. */
final class SessionRefunds {
  private final LedgerState state;

  SessionRefunds(LedgerState state) {
    this.state = state;
  }

  /** Removes the sessions whose last epoch it was; their last settlement is over. */
  void refund(long lastEpoch) {
    MarketTables market = state.market;
    for (Table.Row<SessionIndex> row : market.sessionEnds.rows(Keys.of(lastEpoch).toBytes())) {
      Digest32 id = Wire.digest(row.value().getSession());
      SessionRecord session = market.sessions.require(id);
      Address developer = Address.ofText(session.getDeveloper());
      Amount left = Amount.ZERO;
      for (LaneRecord lane : session.getLanesList()) {
        left = left.plus(new Amount(lane.getCap()).minus(new Amount(lane.getSettledSum())));
      }
      state.bank.release(Purse.SESSIONS, developer, left);
      market.sessions.delete(id);
      market.sessionsOwned.delete(new OwnedKey(developer, id));
      market.sessionEnds.deleteRow(row);
    }
  }
}
