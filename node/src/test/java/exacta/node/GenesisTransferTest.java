package exacta.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.consensus.GenesisFile;
import exacta.crypto.PrivateKey;
import exacta.ledger.Parameters;
import exacta.primitives.ExactaException;
import exacta.primitives.Hasher;
import exacta.protocol.v1.Genesis;
import exacta.protocol.v1.GenesisAccount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenesisTransferTest {
  private static final Genesis GENESIS =
      Genesis.newBuilder()
          .setChainId("exacta-next")
          .setTimeMillis(1_700_000_000_123L)
          .setParameters(Parameters.oneMachine())
          .setBurned(7)
          .setCommunityFund(8)
          .addAccounts(
              GenesisAccount.newBuilder()
                  .setAddress(
                      PrivateKey.of(Hasher.of("genesis-file").finish().toBytes())
                          .address()
                          .toString())
                  .setBalance(9))
          .build();

  @TempDir private Path folder;

  private Path written() throws IOException {
    return Files.writeString(
        folder.resolve("new.json"), GenesisFile.of(GENESIS, List.of()).toString());
  }

  @Test
  void aGenesisIsTheSameBehindItsFile() throws IOException {
    assertEquals(GENESIS, GenesisTransfer.parse(Files.readAllBytes(written())));
  }

  @Test
  void aFileGoesIntoAHomeThatHasNotBegun() throws IOException {
    Path file = written();
    Path home = folder.resolve("home");
    HomeFolder.open(home).close();
    ExactaException none =
        assertThrows(ExactaException.class, () -> GenesisTransfer.install(file, home));
    assertTrue(none.getMessage().contains("no CometBFT"), none.getMessage());
    Path config = Files.createDirectories(home.resolve("cometbft").resolve("config"));
    List<String> summary = GenesisTransfer.install(file, home);
    assertEquals("chain exacta-next", summary.getFirst());
    assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(config.resolve("genesis.json")));
  }

  @Test
  void aFileThatIsNoGenesisIsNotTaken() throws IOException {
    Path config = folder.resolve("home").resolve("cometbft").resolve("config");
    HomeFolder.open(folder.resolve("home")).close();
    Files.createDirectories(config);
    for (String wrong :
        List.of(
            "no json",
            "{}",
            Files.readString(written()).replace("\"balance\":\"9\"", "\"balance\":\"-9\""),
            Files.readString(written()).replace("vote_epochs", "vote_epoch"))) {
      Path file = Files.writeString(folder.resolve("wrong.json"), wrong);
      assertThrows(
          ExactaException.class, () -> GenesisTransfer.install(file, folder.resolve("home")));
    }
    assertTrue(Files.notExists(config.resolve("genesis.json")));
  }
}
