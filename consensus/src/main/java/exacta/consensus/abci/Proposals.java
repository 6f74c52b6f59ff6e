package exacta.consensus.abci;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import exacta.consensus.Application;
import exacta.consensus.BlockCandidate;
import exacta.consensus.BlockChoice;
import exacta.consensus.abci.wire.RequestPrepareProposal;
import exacta.consensus.abci.wire.RequestProcessProposal;
import exacta.consensus.abci.wire.ResponsePrepareProposal;
import exacta.consensus.abci.wire.ResponseProcessProposal;
import exacta.consensus.abci.wire.ResponseProcessProposal.ProposalStatus;
import exacta.ledger.ConsensusAddress;
import exacta.ledger.ProposerLinks.Standing;
import exacta.ledger.StateView;
import exacta.store.Database;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes proposals and judges those of others, from the newest committed state and the proposal
 * alone. Spec: abci.md#proposals.
 */
final class Proposals {
  private static final int TRANSACTIONS_FIELD = 1;

  private final Database database;
  private final Application application;
  private final BlockLinks links;

  Proposals(Database database, Application application, BlockLinks links) {
    this.database = database;
    this.application = application;
    this.links = links;
  }

  /** A transaction of CometBFT's mempool. */
  private record Candidate(
      ByteString transaction, long blockBytes, Optional<String> signer, boolean isDuty)
      implements BlockCandidate {}

  ResponsePrepareProposal prepare(RequestPrepareProposal request) {
    return database.read(state -> prepare(state, request));
  }

  private ResponsePrepareProposal prepare(StateView state, RequestPrepareProposal request) {
    ResponsePrepareProposal.Builder proposal = ResponsePrepareProposal.newBuilder();
    long room = request.getMaxTxBytes();
    Optional<ConsensusAddress> proposer = CometTerms.address(request.getProposerAddress());
    Optional<ByteString> link =
        links
            .next(state)
            .filter(bytes -> links.standing(state, bytes, proposer) == Standing.NEXT)
            .map(ByteString::copyFrom);
    if (link.isPresent() && blockBytes(link.get()) <= room) {
      proposal.addTxs(link.get());
      room -= blockBytes(link.get());
    }
    List<Candidate> candidates = new ArrayList<>(request.getTxsCount());
    for (ByteString transaction : request.getTxsList()) {
      byte[] bytes = transaction.toByteArray();
      candidates.add(
          new Candidate(
              transaction,
              blockBytes(transaction),
              application.signers().signer(bytes),
              application.machine().isDuty(state, bytes)));
    }
    BlockChoice.of(candidates, room).forEach(chosen -> proposal.addTxs(chosen.transaction()));
    return proposal.build();
  }

  /** As CometBFT counts: an element of a repeated field. */
  private static long blockBytes(ByteString transaction) {
    return CodedOutputStream.computeBytesSize(TRANSACTIONS_FIELD, transaction);
  }

  ResponseProcessProposal process(RequestProcessProposal request) {
    Optional<String> fault = database.read(state -> fault(state, request));
    fault.ifPresent(reason -> AbciLog.rejected(request.getHeight(), reason));
    return ResponseProcessProposal.newBuilder()
        .setStatus(fault.isEmpty() ? ProposalStatus.ACCEPT : ProposalStatus.REJECT)
        .build();
  }

  private Optional<String> fault(StateView state, RequestProcessProposal request) {
    List<ByteString> transactions = request.getTxsList();
    Optional<ConsensusAddress> proposer = CometTerms.address(request.getProposerAddress());
    for (int i = 0; i < transactions.size(); i++) {
      Standing standing = links.standing(state, transactions.get(i).toByteArray(), proposer);
      if (standing == Standing.WRONG) {
        return Optional.of("transaction " + i + " is no link that the proposer reveals next");
      }
      if (standing == Standing.NEXT && i > 0) {
        return Optional.of("transaction " + i + " is a link, and only the first may be one");
      }
    }
    return Optional.empty();
  }
}
