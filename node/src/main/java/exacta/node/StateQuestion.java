package exacta.node;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import exacta.chainclient.ChainClient;
import exacta.chainclient.ChainClientSettings;
import exacta.chainclient.LightClient;
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
 * Asks one node for an entry of the state and, if wanted, proves the answer against the header of
 * the next block. Spec: state.md#proof.
 *
 * @param node who answers
 * @param trust why that header is believed
 */
public record StateQuestion(URI node, Trust trust) {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** What makes an answer more than a word. */
  public sealed interface Trust {
    /** Nothing. */
    record None() implements Trust {}

    /** A node whose headers are believed; if it is the one that answers, it vouches for itself. */
    record InNode(URI witness) implements Trust {}

    /**
     * A block: the header is that of a chain of signatures which begins with it.
     *
     * @param witness a node that must have the same header; empty: none is asked
     */
    record InBlock(LightClient.Trust block, Optional<URI> witness) implements Trust {}
  }

  /**
   * An entry, for people and programs.
   *
   * @param fields empty if the state has no such entry
   * @param proven whether the proof was checked
   * @param trust who must be believed for it
   */
  public record Answer(long height, boolean proven, String trust, Map<String, String> fields) {}

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
      String believed = prove(client, entry);
      Map<String, String> fields = new LinkedHashMap<>();
      if (entry.value().isPresent()) {
        shown.put(fields, parser.parseFrom(entry.value().get()));
      }
      return new Answer(entry.height(), !(trust instanceof Trust.None), believed, fields);
    } catch (InvalidProtocolBufferException e) {
      throw ExactaException.error("the entry from " + node + " cannot be read: " + e.getMessage());
    }
  }

  /** The header that has the root is that of the next block. Returns who vouches for it. */
  private String prove(ChainClient client, StateEntry entry) {
    long next = entry.height() + 1;
    return switch (trust) {
      case Trust.None() -> "the node " + node;
      case Trust.InNode(URI witness) -> {
        requireProof(entry, witnessed(witness, next), "block %d at %s".formatted(next, witness));
        yield "the header of block %d at %s, whose signatures were not checked"
            .formatted(next, witness);
      }
      case Trust.InBlock(LightClient.Trust block, Optional<URI> witness) -> {
        await(client, next);
        Digest32 root = Digest32.of(new LightClient(client, block, Clock.SYSTEM).appHash(next));
        witness.ifPresent(other -> requireSame(next, root, other));
        requireProof(entry, root, "block " + next);
        yield "the validators from block %d on, who signed block %d"
            .formatted(block.height(), next);
      }
    };
  }

  private static Digest32 witnessed(URI witness, long height) {
    try (ChainClient client = client(witness)) {
      await(client, height);
      return client.appHash(height);
    }
  }

  private static void await(ChainClient client, long height) {
    if (client.awaitHeight(height, PATIENCE) < height) {
      throw ExactaException.error(
          "there is no block %d yet, whose header proves the answer; ask again".formatted(height));
    }
  }

  private static void requireSame(long height, Digest32 root, URI witness) {
    Digest32 other = witnessed(witness, height);
    if (!other.equals(root)) {
      throw ExactaException.fatal(
          "block %d has the app hash %s by its signatures, but %s at %s: somebody lies, or the chain has split; tell the operators"
              .formatted(height, root, other, witness));
    }
  }

  private void requireProof(StateEntry entry, Digest32 root, String where) {
    if (!entry.isProven(root)) {
      throw ExactaException.fatal(
          "%s gave a proof that does not lead to the app hash %s of %s: do not trust it"
              .formatted(node, root, where));
    }
  }

  private static ChainClient client(URI rpc) {
    return new ChainClient(ChainClientSettings.of(rpc).withPatience(PATIENCE), Clock.STEADY);
  }
}
