package exacta.host;

import exacta.chainclient.TransactionOutcome;
import exacta.protocol.Message;
import exacta.protocol.v1.ChainParameters;
import exacta.protocol.v1.DisputeRecord;
import exacta.protocol.v1.QueryAuditsResponse;
import exacta.protocol.v1.QueryHostsResponse;
import exacta.protocol.v1.SessionRecord;
import exacta.protocol.v1.SprintRecord;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a host asks and tells the chain. All methods block and may be called from several threads.
 *
 * <p>What cannot be answered now is an {@link exacta.primitives.ExactaException}.
 */
public interface HostChain {
  String chainId();

  ChainParameters parameters();

  /** The newest block. */
  long height();

  /** Waits until there is this block, but not longer than said; gives the newest. */
  long awaitHeight(long atLeast, Duration most);

  QueryHostsResponse hosts();

  /** The newest announced Sprint. */
  Optional<SprintRecord> newestSprint();

  Optional<SessionRecord> session(byte[] id);

  /** What was settled for an epoch, and who audits it. */
  QueryAuditsResponse audits(long epoch);

  /** The disputes without verdict. */
  List<DisputeRecord> openDisputes();

  /** One transaction of this host; returns when it is in a block or refused. */
  TransactionOutcome send(Message... messages);
}
