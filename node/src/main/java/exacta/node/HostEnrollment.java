package exacta.node;

import exacta.chainclient.ChainClient;
import exacta.chainclient.Sender;
import exacta.chainclient.TransactionOutcome;
import exacta.crypto.Address;
import exacta.crypto.PrivateKey;
import exacta.primitives.Amount;
import exacta.primitives.ExactaException;
import exacta.protocol.Denomination;
import exacta.protocol.Message;
import exacta.protocol.cosmos.bank.MsgSend;
import exacta.protocol.v1.Ask;
import exacta.protocol.v1.HostRecord;
import exacta.protocol.v1.MsgAnnounce;
import exacta.protocol.v1.MsgDepositCollateral;
import exacta.protocol.v1.MsgRegisterHost;
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

  /** Announces address and asks, if the chain has others. */
  void announce(URI url, Ask ask) {
    Optional<HostRecord> record = record();
    boolean isKnown =
        record
            .filter(host -> host.getUrl().equals(url.toString()))
            .filter(host -> host.getAsksList().equals(List.of(ask)))
            .isPresent();
    if (!isKnown && record.filter(HostRecord::getRegistered).isPresent()) {
      require(new Sender(chain, key).send(announcement(url, ask)), "announce the host's address");
    }
  }

  /**
   * Registers the host, unless it is; what its account lacks comes from the sponsor.
   *
   * @param collateral that it deposits when it registers
   */
  void register(URI url, Ask ask, PrivateKey sponsor, Amount collateral) {
    if (record().filter(HostRecord::getRegistered).isPresent()) {
      announce(url, ask);
      return;
    }
    Amount needed = collateral.plus(Amount.ofNano(chain.parameters().getHostDeposit()).times(2));
    if (chain.balance(key.address()).compareTo(needed) < 0) {
      require(
          new Sender(chain, sponsor)
              .send(
                  new Message.Send(
                      MsgSend.newBuilder()
                          .setFromAddress(sponsor.address().toString())
                          .setToAddress(key.address().toString())
                          .addAmount(Denomination.of(needed))
                          .build())),
          "send the host its deposit");
    }
    String host = key.address().toString();
    require(
        new Sender(chain, key)
            .send(
                new Message.RegisterHost(
                    MsgRegisterHost.newBuilder().setHost(host).setUrl(url.toString()).build()),
                announcement(url, ask),
                new Message.DepositCollateral(
                    MsgDepositCollateral.newBuilder()
                        .setHost(host)
                        .setAmount(collateral.nanoCoins())
                        .build())),
        "register the host");
  }

  private Message announcement(URI url, Ask ask) {
    return new Message.Announce(
        MsgAnnounce.newBuilder()
            .setHost(key.address().toString())
            .setUrl(url.toString())
            .addAsks(ask)
            .build());
  }

  private Optional<HostRecord> record() {
    return record(chain, key.address());
  }

  static Optional<HostRecord> record(ChainClient chain, Address address) {
    return chain.hosts().getHostsList().stream()
        .filter(host -> host.getAddress().equals(address.toString()))
        .findFirst();
  }

  private static void require(TransactionOutcome outcome, String what) {
    if (!outcome.isSuccess()) {
      throw ExactaException.error("could not " + what + ": " + outcome.log());
    }
  }
}
