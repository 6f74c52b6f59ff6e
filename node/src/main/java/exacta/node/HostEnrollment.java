package exacta.node;

import exacta.chainclient.ChainClient;
import exacta.chainclient.Sender;
import exacta.chainclient.TransactionOutcome;
import exacta.crypto.PrivateKey;
import exacta.host.HostRegistration;
import exacta.host.RemoteChain;
import exacta.primitives.Amount;
import exacta.primitives.ExactaException;
import exacta.protocol.Denomination;
import exacta.protocol.Message;
import exacta.protocol.cosmos.bank.MsgSend;
import exacta.protocol.v1.Ask;
import exacta.protocol.v1.HostRecord;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** Brings what the chain knows of a host in line with how the host runs. */
final class HostEnrollment {
  private final ChainClient chain;
  private final PrivateKey key;

  HostEnrollment(ChainClient chain, PrivateKey key) {
    this.chain = chain;
    this.key = key;
  }

  /** Announces address and asks of a registered host, if the chain has others. */
  void announce(URI url, Ask ask) {
    Optional<HostRecord> record = record();
    if (record.filter(HostRecord::getRegistered).isPresent()) {
      ensure(url, ask, Amount.ofNano(record.get().getCollateral()));
    }
  }

  /**
   * Registers the host, unless it is; what its account lacks for that comes from the sponsor.
   *
   * @param collateral that it is to have
   * @throws ExactaException (error) that says who needs how much, if there is no sponsor
   */
  void register(URI url, Ask ask, Optional<PrivateKey> sponsor, Amount collateral) {
    Amount deposits = collateral.plus(Amount.ofNano(chain.parameters().getHostDeposit()));
    boolean isRegistered = record().filter(HostRecord::getRegistered).isPresent();
    if (!isRegistered && chain.balance(key.address()).compareTo(deposits) < 0) {
      // A reserve on top: challenges and calls want deposits, too.
      Amount wanted = deposits.times(2);
      fund(
          sponsor.orElseThrow(() ->
              ExactaException.error(
                  "the host's account %s has not the %s for its deposits; send it %s, and start again"
                      .formatted(key.address(), deposits, wanted))),
          wanted);
    }
    ensure(url, ask, collateral);
  }

  private void fund(PrivateKey sponsor, Amount amount) {
    Message.Send gift =
        new Message.Send(
            MsgSend.newBuilder()
                .setFromAddress(sponsor.address().toString())
                .setToAddress(key.address().toString())
                .addAmount(Denomination.of(amount))
                .build());
    TransactionOutcome outcome = new Sender(chain, sponsor).send(gift);
    if (!outcome.isSuccess()) {
      throw ExactaException.error(
          "could not send the host its deposit of " + amount + ": " + outcome.log());
    }
  }

  private void ensure(URI url, Ask ask, Amount collateral) {
    new HostRegistration(new RemoteChain(chain, key), key.address())
        .ensure(url.toString(), List.of(ask), collateral);
  }

  private Optional<HostRecord> record() {
    return chain.hosts().getHostsList().stream()
        .filter(host -> host.getAddress().equals(key.address().toString()))
        .findFirst();
  }
}
