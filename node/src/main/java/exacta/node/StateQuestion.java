package exacta.node;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import exacta.chainclient.ChainClient;
import exacta.chainclient.ChainClientSettings;
import exacta.chainclient.StateEntry;
import exacta.crypto.Address;
import exacta.ledger.StateKeys;
import exacta.ledger.state.AccountState;
import exacta.ledger.state.HostState;
import exacta.primitives.Clock;
import exacta.primitives.Digest32;
import exacta.primitives.ExactaException;
import exacta.protocol.v1.Supply;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Asks one node for an entry of the state and, if wanted, proves the answer against the header of a
 * node that is trusted. Spec: state.md#proof.
 *
 * @param node who answers
 * @param trusted who has the header, perhaps the same; empty: nothing is proven
 */
public record StateQuestion(URI node, Optional<URI> trusted) {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /**
   * An entry, for people and programs.
   *
   * @param fields empty if the state has no such entry
   * @param proven whether the proof was checked
   */
  public record Answer(long height, boolean proven, Map<String, String> fields) {}

  public Answer account(Address address) {
    return ask(
        StateKeys.account(address),
        AccountState.parser(),
        (fields, account) -> {
          fields.put("address", address.toString());
          fields.put("number", Long.toString(account.getNumber()));
          fields.put("sequence", Long.toString(account.getSequence()));
          fields.put("balance", Long.toString(account.getBalance()));
        });
  }

  public Answer host(Address address) {
    return ask(
        StateKeys.host(address),
        HostState.parser(),
        (fields, host) -> {
          fields.put("address", address.toString());
          fields.put("url", host.getUrl());
          fields.put("registered", Boolean.toString(host.getRegistered()));
          fields.put("deposit", Long.toString(host.getDeposit()));
          fields.put("collateral", Long.toString(host.getCollateral()));
          fields.put("operator", host.getOperator());
        });
  }

  public Answer supply() {
    return ask(
        StateKeys.supply(),
        Supply.parser(),
        (fields, supply) -> {
          fields.put("minted", Long.toString(supply.getMinted()));
          fields.put("burned", Long.toString(supply.getBurned()));
          fields.put("balances", Long.toString(supply.getBalances()));
        });
  }

  /** Writes down what is of interest in a record. */
  private interface Shown<T> {
    void put(Map<String, String> fields, T value);
  }

  private <T extends MessageLite> Answer ask(byte[] key, Parser<T> parser, Shown<T> shown) {
    try (ChainClient client = client(node)) {
      StateEntry entry = client.entry(key);
      if (trusted.isPresent()) {
        prove(entry, trusted.get());
      }
      Map<String, String> fields = new LinkedHashMap<>();
      if (entry.value().isPresent()) {
        shown.put(fields, parser.parseFrom(entry.value().get()));
      }
      return new Answer(entry.height(), trusted.isPresent(), fields);
    } catch (InvalidProtocolBufferException e) {
      throw ExactaException.error("the entry from " + node + " cannot be read: " + e.getMessage());
    }
  }

  /** The header that has the root is that of the next block. */
  private void prove(StateEntry entry, URI witness) {
    try (ChainClient client = client(witness)) {
      long next = entry.height() + 1;
      if (client.awaitHeight(next, PATIENCE) < next) {
        throw ExactaException.error(
            "%s has no block %d yet, whose header proves the answer; ask again"
                .formatted(witness, next));
      }
      Digest32 root = client.appHash(next);
      if (!entry.isProven(root)) {
        throw ExactaException.fatal(
            "%s gave a proof that does not lead to the app hash %s of block %d at %s: do not trust it"
                .formatted(node, root, next, witness));
      }
    }
  }

  private static ChainClient client(URI rpc) {
    return new ChainClient(ChainClientSettings.of(rpc).withPatience(PATIENCE), Clock.STEADY);
  }
}
