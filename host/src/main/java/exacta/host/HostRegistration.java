package exacta.host;

import exacta.chainclient.TransactionOutcome;
import exacta.crypto.Address;
import exacta.primitives.Amount;
import exacta.primitives.ExactaException;
import exacta.protocol.Message;
import exacta.protocol.v1.Ask;
import exacta.protocol.v1.HostRecord;
import exacta.protocol.v1.MsgAnnounce;
import exacta.protocol.v1.MsgDepositCollateral;
import exacta.protocol.v1.MsgRegisterHost;
import java.util.List;
import java.util.Optional;

/** What a host tells the chain before it can sell there; does nothing twice. */
public final class HostRegistration {
  private final HostChain chain;
  private final Address host;

  public HostRegistration(HostChain chain, Address host) {
    this.chain = chain;
    this.host = host;
  }

  /**
   * Registers the host if it is not, announces where it is and what it asks if that is news, and
   * adds what its collateral lacks.
   *
   * @throws ExactaException with the chain's reason if it refuses
   */
  public void ensure(String url, List<Ask> asks, Amount collateral) {
    if (record().filter(HostRecord::getRegistered).isEmpty()) {
      send(
          "register",
          new Message.RegisterHost(
              MsgRegisterHost.newBuilder().setHost(host.toString()).setUrl(url).build()));
    }
    Optional<HostRecord> known = record();
    boolean announced =
        known
            .filter(record -> record.getUrl().equals(url) && record.getAsksList().equals(asks))
            .isPresent();
    if (!announced) {
      send(
          "announce",
          new Message.Announce(
              MsgAnnounce.newBuilder()
                  .setHost(host.toString())
                  .setUrl(url)
                  .addAllAsks(asks)
                  .build()));
    }
    long lacking = collateral.nanoCoins() - known.map(HostRecord::getCollateral).orElse(0L);
    if (lacking > 0) {
      send(
          "deposit collateral",
          new Message.DepositCollateral(
              MsgDepositCollateral.newBuilder()
                  .setHost(host.toString())
                  .setAmount(lacking)
                  .build()));
    }
  }

  private Optional<HostRecord> record() {
    return chain.hosts().getHostsList().stream()
        .filter(record -> record.getAddress().equals(host.toString()))
        .findFirst();
  }

  private void send(String what, Message message) {
    TransactionOutcome outcome = chain.send(message);
    if (outcome.code() != 0) {
      throw ExactaException.error("host %s cannot %s: %s".formatted(host, what, outcome.log()));
    }
  }
}
