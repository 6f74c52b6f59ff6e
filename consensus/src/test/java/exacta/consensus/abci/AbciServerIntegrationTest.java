package exacta.consensus.abci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import exacta.consensus.abci.wire.Request;
import exacta.consensus.abci.wire.Response;
import exacta.primitives.Amount;
import exacta.primitives.ExactaException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The protocol on a socket, spoken by a client that does what CometBFT does, and what it doesn't.
 */
@Timeout(60)
final class AbciServerIntegrationTest {
  @TempDir private Path folder;
  private LedgerNode node;
  private AbciServer server;

  @BeforeEach
  void start() {
    node = LedgerNode.open(folder.resolve("ledger"), Money.APPLICATION, new Money.Links());
    server = AbciServer.start(node, AbciAddress.unix(folder.resolve("abci.sock")), "--listen");
  }

  @AfterEach
  void stop() {
    server.close();
    node.close();
  }

  private AbciClient connect() throws IOException {
    return new AbciClient(server.address());
  }

  /** What the server says before it closes the connection. */
  private static String refusal(AbciClient client) throws IOException {
    Response last = client.read().orElseThrow();
    assertTrue(last.hasException(), last.toString());
    assertEquals(Optional.empty(), client.read());
    return last.getException().getError();
  }

  /** Whatever happened on other connections, the ledger goes on. */
  private void assertServes() throws IOException {
    try (AbciClient client = connect()) {
      assertTrue(client.call(Calls.info()).hasInfo());
      assertFalse(server.stopped().isDone());
    }
  }

  @Test
  void answersComeInTheOrderOfTheRequests() throws IOException {
    try (AbciClient client = connect()) {
      int count = 500;
      for (int i = 0; i < count; i++) {
        client.send(Calls.echo("echo " + i));
        client.send(Calls.check(new byte[] {(byte) i}));
        client.send(Calls.query(ByteString.EMPTY, ByteString.EMPTY));
      }
      client.send(Calls.flush());
      for (int i = 0; i < count; i++) {
        assertEquals(
            "echo " + i, client.read().orElseThrow().getEcho().getMessage().toStringUtf8());
        assertTrue(client.read().orElseThrow().hasCheckTx());
        assertTrue(client.read().orElseThrow().hasQuery());
      }
      assertTrue(client.read().orElseThrow().hasFlush());
    }
  }

  @Test
  void oneCometMakesBlocksOverFourConnections() throws IOException {
    try (AbciClient query = connect();
        AbciClient snapshot = connect();
        AbciClient mempool = connect();
        AbciClient consensus = connect()) {
      assertEquals(0, query.call(Calls.info()).getInfo().getLastBlockHeight());
      assertTrue(snapshot.call(Calls.echo("hello")).hasEcho());
      consensus.call(Calls.initChain());
      byte[] transfer = Money.transfer(0, Amount.ofCoins(1));
      assertEquals(0, mempool.call(Calls.check(transfer)).getCheckTx().getCode());
      List<byte[]> proposal =
          consensus
              .call(Calls.prepare(1 << 20, List.of(transfer)))
              .getPrepareProposal()
              .getTxsList()
              .stream()
              .map(ByteString::toByteArray)
              .toList();
      assertEquals(2, proposal.size());
      ByteString hash =
          consensus.call(Calls.finalizeBlock(1, proposal)).getFinalizeBlock().getAppHash();
      assertTrue(consensus.call(Calls.commit()).hasCommit());
      assertEquals(hash, query.call(Calls.info()).getInfo().getLastBlockAppHash());
    }
  }

  @Test
  void aHugeLengthIsRefusedBeforeItsBytesCome() throws IOException {
    try (AbciClient client = connect()) {
      client.sendRaw((byte) -1, (byte) -1, (byte) -1, (byte) -1, (byte) 0x7f);
      assertTrue(refusal(client).contains("at most"));
    }
    try (AbciClient client = connect()) {
      client.sendRaw((byte) -1, (byte) -1, (byte) -1, (byte) -1, (byte) -1, (byte) -1);
      assertTrue(refusal(client).contains("at most"));
    }
    assertServes();
  }

  @Test
  void bytesThatAreNoRequestEndTheirConnectionOnly() throws IOException {
    try (AbciClient other = connect()) {
      assertTrue(other.call(Calls.echo("before")).hasEcho());
      try (AbciClient client = connect()) {
        client.sendRaw((byte) 3, (byte) 10, (byte) 5, (byte) 1);
        assertTrue(refusal(client).contains("no request"));
      }
      assertTrue(other.call(Calls.echo("after")).hasEcho());
    }
    assertServes();
  }

  @Test
  void anUnknownKindOfRequestIsRefused() throws IOException {
    try (AbciClient client = connect()) {
      client.send(Request.getDefaultInstance());
      assertTrue(refusal(client).contains("ABCI 2.0"));
    }
    try (AbciClient client = connect()) {
      client.sendRaw((byte) 3, (byte) 0xba, (byte) 0x06, (byte) 0);
      assertTrue(refusal(client).contains("ABCI 2.0"));
    }
    assertServes();
  }

  @Test
  void aConnectionThatBreaksInsideAMessageIsForgotten() throws IOException {
    try (AbciClient client = connect()) {
      client.sendRaw((byte) 100, (byte) 1);
      client.endOutput();
      assertEquals(Optional.empty(), client.read());
    }
    try (AbciClient client = connect()) {
      client.sendRaw((byte) -128);
      client.endOutput();
      assertEquals(Optional.empty(), client.read());
    }
    assertServes();
  }

  /** CometBFT hands on what somebody asks it, also a path that is no UTF-8. */
  @Test
  void aPathThatIsNoTextIsAnswered() throws IOException {
    try (AbciClient client = connect()) {
      ByteString path = ByteString.copyFrom(new byte[] {(byte) 0xff, (byte) 0xfe});
      Response answer = client.call(Calls.query(path, ByteString.EMPTY));
      assertTrue(answer.getQuery().getCode() != 0);
    }
  }

  @Test
  void aLedgerThatCannotBeginStopsTheProcess()
      throws IOException, InterruptedException, TimeoutException {
    try (AbciClient client = connect()) {
      client.send(Calls.initChain("{}"));
      refusal(client);
      ExecutionException stopped =
          assertThrows(ExecutionException.class, () -> server.stopped().get(20, TimeUnit.SECONDS));
      assertTrue(stopped.getCause() instanceof ExactaException);
    }
  }

  @Test
  void onlyTheOwnerMayConnectToTheSocket() throws IOException {
    assertEquals(
        "rw-------",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("abci.sock"))));
    ExactaException open =
        assertThrows(ExactaException.class, () -> AbciAddress.parse("tcp://0.0.0.0:1"));
    assertTrue(open.getMessage().contains("127.0.0.1"));
    assertThrows(ExactaException.class, () -> AbciAddress.parse("udp://127.0.0.1:1"));
    assertThrows(ExactaException.class, () -> AbciAddress.unix(folder.resolve("x".repeat(200))));
  }

  @Test
  void listensOnAPortOfThisMachine() throws IOException {
    try (AbciServer tcp =
            AbciServer.start(node, AbciAddress.parse("tcp://127.0.0.1:0"), "--listen");
        AbciClient client = new AbciClient(tcp.address())) {
      assertTrue(client.call(Calls.info()).hasInfo());
      AbciAddress taken = tcp.address();
      ExactaException e =
          assertThrows(ExactaException.class, () -> AbciServer.start(node, taken, "--listen"));
      assertTrue(e.getMessage().contains("--listen"));
    }
  }

  @Test
  void moreConnectionsThanAnybodyNeedsAreRefused() throws IOException {
    AbciClient[] clients = new AbciClient[AbciServer.CONNECTIONS_MAX];
    try {
      for (int i = 0; i < clients.length; i++) {
        clients[i] = connect();
        assertTrue(clients[i].call(Calls.echo("")).hasEcho());
      }
      try (AbciClient late = connect()) {
        assertEquals(Optional.empty(), late.read());
      }
    } finally {
      for (AbciClient client : clients) {
        if (client != null) {
          client.close();
        }
      }
    }
  }
}
