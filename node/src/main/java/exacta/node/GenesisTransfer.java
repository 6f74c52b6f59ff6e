package exacta.node;

import exacta.consensus.AppState;
import exacta.consensus.EmbeddedChain;
import exacta.consensus.GenesisFile;
import exacta.ledger.Ledger;
import exacta.ledger.NonceReplay;
import exacta.ledger.StateView;
import exacta.primitives.Amount;
import exacta.primitives.ExactaException;
import exacta.protocol.v1.Genesis;
import exacta.protocol.v1.GenesisAccount;
import exacta.store.WorkingState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The state of a stopped chain as the genesis file of another one, and such a file in a home. */
public final class GenesisTransfer {
  private GenesisTransfer() {}

  /**
   * Writes the newest state of the chain in this home, a node's or a one-machine network's.
   *
   * @param chainId of the new chain
   * @return what is in it, for people
   * @throws ExactaException if the home is in use or holds no chain, or the file is there
   */
  public static List<String> export(Path folder, String chainId, Path file) {
    if (Files.exists(file)) {
      throw ExactaException.fatal("the file " + file + " is there already; name another");
    }
    try (HomeFolder home = HomeFolder.open(folder)) {
      Path chain = home.resolve("chain");
      Path state = Files.exists(chain) ? chain : home.resolve("ledger");
      if (!Files.exists(state)) {
        throw ExactaException.fatal(
            "the folder " + folder + " holds no chain; name the home of one with --home");
      }
      Genesis genesis = EmbeddedChain.inspect(state, view -> Ledger.export(view, chainId));
      List<String> summary = tried(genesis);
      // CometBFT learns the validators from the ledger.
      CometKeys.write(file, GenesisFile.of(genesis, List.of()));
      return summary;
    }
  }

  /**
   * Puts a genesis file into the home of a node that has not begun.
   *
   * @return what is in it, for people
   * @throws ExactaException if the file breaks a rule, or the node has a ledger already
   */
  public static List<String> install(Path file, Path folder) {
    byte[] genesis = read(file);
    List<String> summary = tried(parse(genesis));
    try (HomeFolder home = HomeFolder.open(folder)) {
      Path comet = home.resolve(ValidatorHome.COMET).resolve("config");
      if (!Files.isDirectory(comet)) {
        throw ExactaException.fatal(
            "the home %s has no CometBFT beside its ledger; `exacta network init` makes such homes"
                .formatted(folder));
      }
      if (Files.exists(home.resolve("ledger"))
          && EmbeddedChain.genesisIn(home.resolve("ledger")).isPresent()) {
        throw ExactaException.fatal(
            "the node in %s has begun with another genesis; remove its folders ledger and cometbft/data, or choose another home"
                .formatted(folder));
      }
      Files.write(comet.resolve("genesis.json"), genesis);
      return summary;
    } catch (IOException e) {
      throw cannot("written", file, e);
    }
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw cannot("read", file, e);
    }
  }

  /** Reads what {@link GenesisFile} writes; its validators are the ledger's anyway. */
  static Genesis parse(byte[] bytes) {
    try {
      JsonNode file = JsonMapper.shared().readTree(bytes);
      String chainId = file.path("chain_id").asString("");
      long millis = Instant.parse(file.path("genesis_time").asString("")).toEpochMilli();
      byte[] state = file.path("app_state").toString().getBytes(StandardCharsets.UTF_8);
      return AppState.parse(state, chainId, millis);
    } catch (JacksonException e) {
      throw ExactaException.fatal("the genesis file is no JSON: " + e.getOriginalMessage());
    } catch (DateTimeException e) {
      throw ExactaException.fatal("the genesis file: genesis_time is no time: " + e.getMessage());
    }
  }

  private static ExactaException cannot(String what, Path file, IOException cause) {
    return new ExactaException(
        ExactaException.Category.FATAL,
        "the genesis file %s cannot be %s: %s".formatted(file, what, cause),
        cause);
  }

  /** Begins a chain with it, in memory: all rules of a genesis, and the sums. */
  private static List<String> tried(Genesis genesis) {
    WorkingState state =
        new WorkingState(
            new StateView() {
              @Override
              public Optional<byte[]> get(byte[] key) {
                return Optional.empty();
              }

              @Override
              public void scan(byte[] prefix, Visitor visitor) {
                // There is nothing to show.
              }
            });
    new Ledger(NonceReplay.NONE).initialize(state, genesis);
    List<String> faults = Ledger.audit(state);
    if (!faults.isEmpty()) {
      throw ExactaException.fatal("the genesis does not add up: " + String.join("; ", faults));
    }
    long balances = genesis.getAccountsList().stream().mapToLong(GenesisAccount::getBalance).sum();
    return List.of(
        "chain " + genesis.getChainId(),
        "%,d accounts with %s".formatted(genesis.getAccountsCount(), Amount.ofNano(balances)),
        "%,d hosts, %,d models, %,d validators"
            .formatted(
                genesis.getHostsCount(), genesis.getModelsCount(), genesis.getValidatorsCount()));
  }
}
