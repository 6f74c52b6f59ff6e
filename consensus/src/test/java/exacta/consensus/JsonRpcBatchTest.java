package exacta.consensus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@Timeout(60)
class JsonRpcBatchTest {
  @TempDir private Path home;

  private static byte[] request(String method, String params) {
    return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"%s\",\"params\":%s}"
        .formatted(method, params)
        .getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void aBatchOfLargeAnswersIsCutShort() {
    try (EmbeddedChain chain = TestChain.embedded(home, Duration.ofMillis(5))) {
      JsonRpc rpc = new JsonRpc(RpcMethods.of(chain, () -> 26_657));
      String large = RpcJson.base64(TinyMachine.put("ann", 0, "k", "v".repeat(700_000)));
      JsonNode sent =
          rpc.answer(request("broadcast_tx_commit", "[\"" + large + "\"]")).body().orElseThrow();
      String height = sent.path("result").path("height").asString();
      String one = new String(request("block", "[\"" + height + "\"]"), StandardCharsets.UTF_8);
      String batch = "[" + String.join(",", Collections.nCopies(100, one)) + "]";
      JsonNode answers = rpc.answer(batch.getBytes(StandardCharsets.UTF_8)).body().orElseThrow();
      assertEquals(100, answers.size());
      assertTrue(answers.get(0).has("result"));
      assertTrue(answers.get(99).get("error").get("data").asString().contains("MiB"));
      assertTrue(answers.toString().length() < 20 << 20);
    }
  }
}
