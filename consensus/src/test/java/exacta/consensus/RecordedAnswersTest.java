package exacta.consensus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.ledger.TxEvent;
import exacta.ledger.TxResult;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import exacta.primitives.Height;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Our answers have the form of a real CometBFT's, which acceptance/cometbft/record.py recorded: the
 * same fields, and numbers where it has numbers, texts where it has texts.
 */
@Timeout(60)
class RecordedAnswersTest {
  /** What only one of both has, and why that is right. */
  private static final Set<String> OURS_ALONE =
      Set.of(
          // Its key-value store begins with nothing.
          "result.genesis.app_state",
          // We say what there is instead.
          "error.data",
          // Null where there is none, as JSON-RPC demands; over a WebSocket it leaves it out.
          "id");

  private static final Set<String> ITS_ALONE =
      Set.of(
          // New in 0.40, and the embedded chain says that it is 0.38.
          "result.genesis.consensus_params.authority", "result.consensus_params.authority");

  @TempDir private Path home;

  private static JsonNode recorded(String name) throws IOException {
    return exchange(name).get("answer");
  }

  /** What was asked, and the answer. */
  static JsonNode exchange(String name) throws IOException {
    try (InputStream in =
        RecordedAnswersTest.class.getResourceAsStream("recorded/" + name + ".json")) {
      return RpcJson.MAPPER.readTree(in);
    }
  }

  static List<String> differences(JsonNode recorded, JsonNode ours) {
    List<String> found = new ArrayList<>();
    compare("", recorded, ours, found);
    return found;
  }

  private static void compare(String path, JsonNode recorded, JsonNode ours, List<String> found) {
    if (recorded.isNull() || ours.isNull()) {
      return; // Go writes null for an empty list or no bytes
    }
    if (recorded.isObject() && ours.isObject()) {
      for (String name : recorded.propertyNames()) {
        String at = path.isEmpty() ? name : path + "." + name;
        if (ours.has(name)) {
          compare(at, recorded.get(name), ours.get(name), found);
        } else if (!ITS_ALONE.contains(at)) {
          found.add("we lack " + at);
        }
      }
      for (String name : ours.propertyNames()) {
        String at = path.isEmpty() ? name : path + "." + name;
        if (!recorded.has(name) && !OURS_ALONE.contains(at)) {
          found.add("only we have " + at);
        }
      }
    } else if (recorded.isArray() && ours.isArray()) {
      if (!recorded.isEmpty() && !ours.isEmpty()) {
        compare(path + "[]", recorded.get(0), ours.get(ours.size() - 1), found);
      }
    } else if (recorded.getNodeType() != ours.getNodeType()) {
      found.add("%s is %s, not %s".formatted(path, ours.getNodeType(), recorded.getNodeType()));
    }
  }

  /** HEIGHT and HASH are those of a transaction that is in a block. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "health; health; {}",
        "status; status; {}",
        "net_info; net_info; {}",
        "abci_info; abci_info; {}",
        "abci_query; abci_query; {\"path\":\"/key\",\"data\":\"636f6c6f72\",\"prove\":false}",
        "num_unconfirmed_txs; num_unconfirmed_txs; {}",
        "genesis; genesis; {}",
        "genesis_chunked; genesis_chunked; {\"chunk\":\"0\"}",
        "genesis_chunked_beyond; genesis_chunked; {\"chunk\":\"1\"}",
        "consensus_params; consensus_params; {}",
        "validators; validators; {\"height\":\"1\"}",
        "block; block; {\"height\":\"HEIGHT\"}",
        "block_first; block; {\"height\":\"1\"}",
        "header; header; {\"height\":\"HEIGHT\"}",
        "commit; commit; {\"height\":\"HEIGHT\"}",
        "block_results; block_results; {\"height\":\"HEIGHT\"}",
        "blockchain; blockchain; {\"minHeight\":\"1\",\"maxHeight\":\"2\"}",
        "check_tx; check_tx; {\"tx\":\"Ym9ifDB8YXxifDEwMA==\"}", // bob|0|a|b|100
        "check_tx_refused; check_tx; {\"tx\":\"bm9uc2Vuc2U=\"}",
        "broadcast_tx_sync; broadcast_tx_sync; {\"tx\":\"Ym9ifDB8YXxifDEwMA==\"}",
        "broadcast_tx_sync_again; broadcast_tx_sync; {\"tx\":\"TX\"}",
        "broadcast_tx_sync_refused; broadcast_tx_sync; {\"tx\":\"bm9uc2Vuc2U=\"}",
        "broadcast_tx_async; broadcast_tx_async; {\"tx\":\"Ym9ifDB8YXxifDEwMA==\"}",
        "broadcast_tx_commit; broadcast_tx_commit; {\"tx\":\"Ym9ifDB8YXxifDEwMDAwMDA=\"}",
        "tx; tx; {\"hash\":\"HASH\",\"prove\":false}",
        "tx_unknown; tx; {\"hash\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"}",
        "tx_search; tx_search; {\"query\":\"tx.height=HEIGHT\"}",
        "tx_search_unknown; tx_search; {\"query\":\"tx.height=99999999\"}",
        "method_unknown; no_such_method; {}",
        "params_wrong; block; {\"height\":\"eleven\"}",
        "height_beyond; block; {\"height\":\"99999999\"}",
        "subscribe_by_post; subscribe; {\"query\":\"tm.event='NewBlock'\"}"
      })
  void haveTheFormOf(String fixture, String method, String params)
      throws IOException, InterruptedException {
    try (EmbeddedChain chain = TestChain.embedded(home, Duration.ofMillis(5))) {
      JsonRpc rpc = new JsonRpc(RpcMethods.of(chain, () -> 26_657));
      byte[] transaction = TinyMachine.put("ann", 0, "color", "red");
      JsonNode sent =
          call(rpc, "broadcast_tx_commit", "{\"tx\":\"" + RpcJson.base64(transaction) + "\"}");
      String asked =
          params
              .replace("HEIGHT", sent.path("result").path("height").asString())
              .replace("HASH", RpcJson.base64(Hasher.sha256(transaction).toBytes()))
              .replace("TX", RpcJson.base64(transaction));
      JsonNode ours = call(rpc, method, asked);
      JsonNode recorded = recorded(fixture);
      assertEquals(List.of(), differences(recorded, ours));
      if (recorded.has("error")) {
        assertEquals(recorded.path("error").path("code"), ours.path("error").path("code"));
        assertEquals(recorded.path("error").path("message"), ours.path("error").path("message"));
      }
    }
  }

  private static JsonNode call(JsonRpc rpc, String method, String params) {
    String request =
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"%s\",\"params\":%s}".formatted(method, params);
    return rpc.answer(request.getBytes(StandardCharsets.UTF_8)).body().orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({"NewBlock", "NewBlockHeader", "NewBlockEvents", "Tx"})
  void eventsHaveTheFormOf(String kind) throws IOException {
    TxEvent event = new TxEvent("app", List.of(new TxEvent.Attribute("key", "color")));
    TxResult result = new TxResult(0, "", "", new byte[0], 0, 0, List.of(event, event));
    BlockHeader header =
        new BlockHeader(
            new Height(5),
            1,
            Digest32.ZERO,
            Optional.of(Digest32.ZERO),
            Digest32.ZERO,
            Digest32.ZERO,
            Digest32.ZERO,
            1);
    CommittedBlock block = new CommittedBlock(header, List.of(new byte[] {1}), List.of(result));
    CometView comet = new CometView("test-1", TestChain.KEY, 1 << 20);
    ChainEvent told =
        ChainEvent.of(comet, block).stream()
            .filter(each -> each.kind().equals(kind))
            .findFirst()
            .orElseThrow();
    ObjectNode ours = told.toJson("tm.event='" + kind + "'");
    JsonNode recorded = recorded("ws_event_" + kind).get("result");
    if (kind.equals("Tx")) {
      assertEquals(
          "[\"color\",\"color\"]", ours.get("events").get("app.key").toString(), "all are told");
      // The key-value store has attributes of its own.
      ((ObjectNode) recorded).remove("events");
      ours.remove("events");
    }
    assertEquals(List.of(), differences(recorded, ours));
    assertEquals(recorded.path("data").path("type"), ours.path("data").path("type"));
  }

  /** Otherwise a recording would be in vain. */
  @Test
  void aDifferenceIsSeen() throws IOException {
    JsonNode block = recorded("block");
    ObjectNode other = (ObjectNode) block.deepCopy();
    ObjectNode header = (ObjectNode) other.path("result").path("block").path("header");
    assertNotNull(header.remove("time"));
    header.put("height", 5).put("extra", "");
    assertEquals(3, differences(block, other).size());
    assertTrue(differences(block, block).isEmpty());
  }
}
