/**
 * The role of a seller and auditor: answers orders and signs receipts, keeps the work log on disk,
 * computes in Sprints what requests leave free, settles, and checks the others at random.
 *
 * <p>Start reading at {@link exacta.host.Host}; an order's way is {@code OrderEndpoint}, {@code
 * OrderVerifier}, {@code LaneBook}, {@code AnswerRun}; what a host owes the network is a {@code
 * Duty}, found by {@code DutyLoop} at each new block. Spec: host-api.md. This room knows neither
 * the gateway nor how the chain is made: it sees it through {@link exacta.host.HostChain}.
 */
package exacta.host;
