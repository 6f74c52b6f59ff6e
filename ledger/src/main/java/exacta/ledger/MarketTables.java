package exacta.ledger;

import exacta.crypto.Address;
import exacta.ledger.state.SessionIndex;
import exacta.ledger.state.SettlementState;
import exacta.primitives.Digest32;
import exacta.protocol.v1.ReceiptDuty;
import exacta.protocol.v1.SessionRecord;
import exacta.protocol.v1.SettledLane;

/** The tables of sessions, settlements and audits of receipts. Spec: market.md#keeping. */
final class MarketTables {
  final Table<Digest32, SessionRecord> sessions;

  /** All sessions by their developers. */
  final Table<OwnedKey, SessionIndex> sessionsOwned;

  /** All sessions by their last epochs. */
  final Table<EndKey, SessionIndex> sessionEnds;

  /** By the epoch that was settled, and host. */
  final Table<HostKey, SettlementState> settlements;

  final Table<LaneKey, SettledLane> settledLanes;

  final Table<DutyKey, ReceiptDuty> duties;

  MarketTables(StateStore store) {
    sessions = new Table<>(store, "session", Digest32::toBytes, SessionRecord.parser());
    sessionsOwned = new Table<>(store, "session-owned", OwnedKey::toBytes, SessionIndex.parser());
    sessionEnds = new Table<>(store, "session-end", EndKey::toBytes, SessionIndex.parser());
    settlements = new Table<>(store, "settlement", HostKey::toBytes, SettlementState.parser());
    settledLanes = new Table<>(store, "settled-lane", LaneKey::toBytes, SettledLane.parser());
    duties = new Table<>(store, "receipt-duty", DutyKey::toBytes, ReceiptDuty.parser());
  }

  /** A session among those of its developer. */
  record OwnedKey(Address developer, Digest32 session) {
    byte[] toBytes() {
      return Keys.of(developer).and(session).toBytes();
    }
  }

  /** A session among those with the same last epoch. */
  record EndKey(long lastEpoch, Digest32 session) {
    byte[] toBytes() {
      return Keys.of(lastEpoch).and(session).toBytes();
    }
  }

  /** A lane within what its host settled for an epoch. */
  record LaneKey(HostKey settlement, Digest32 session) {
    byte[] toBytes() {
      return Keys.of(settlement.number()).and(settlement.host()).and(session).toBytes();
    }
  }

  /** An auditor of what a host settled for an epoch. */
  record DutyKey(HostKey settlement, Address auditor) {
    byte[] toBytes() {
      return Keys.of(settlement.number()).and(settlement.host()).and(auditor).toBytes();
    }
  }
}
