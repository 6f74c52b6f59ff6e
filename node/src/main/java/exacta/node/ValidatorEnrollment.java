package exacta.node;

import com.google.protobuf.ByteString;
import exacta.chainclient.ChainClient;
import exacta.chainclient.Sender;
import exacta.chainclient.TransactionOutcome;
import exacta.crypto.PrivateKey;
import exacta.primitives.ExactaException;
import exacta.protocol.ConsensusKeys;
import exacta.protocol.v1.ValidatorRecord;
import java.nio.file.Path;

/** Makes a host's node its validator. Nothing is sent twice. */
final class ValidatorEnrollment {
  private final ChainClient chain;
  private final PrivateKey host;

  ValidatorEnrollment(ChainClient chain, PrivateKey host) {
    this.chain = chain;
    this.host = host;
  }

  /**
   * Registers the consensus key and the hash chain of the node in this home, unless they are.
   *
   * @return for people: since when the key counts
   * @throws ExactaException if it is another host's node, or the chain refuses
   */
  String ensure(Path home) {
    ValidatorHome node = ValidatorHome.open(home);
    if (!node.host().equals(host.address())) {
      throw ExactaException.fatal(
          "the node in %s is that of host %s, and this one is %s"
              .formatted(home, node.host(), host.address()));
    }
    ByteString key = ByteString.copyFrom(node.consensus().publicKey());
    ValidatorRecord known = record();
    if (!known.getConsensusKey().equals(key)) {
      TransactionOutcome outcome =
          new Sender(chain, host)
              .send(
                  ConsensusKeys.register(
                      chain.chainId(), host.address(), node.consensus(), node.secrets().anchor()));
      if (!outcome.isSuccess()) {
        throw ExactaException.error(
            "host %s cannot register its consensus key: %s"
                .formatted(host.address(), outcome.log()));
      }
      known = record();
    }
    return "its consensus key counts from epoch %d on; power now: %d"
        .formatted(known.getSinceEpoch(), known.getPower());
  }

  /** An empty one if there is none. */
  private ValidatorRecord record() {
    return chain.validators().getValidatorsList().stream()
        .filter(each -> each.getHost().equals(host.address().toString()))
        .findFirst()
        .orElseGet(ValidatorRecord::getDefaultInstance);
  }
}
