package exacta.cli;

import exacta.node.DemoFile;
import java.util.List;

/** What a demo tells people when it is ready. */
final class DemoText {
  private DemoText() {}

  static List<String> lines(DemoFile demo) {
    return List.of(
        "",
        "The network is ready.",
        "",
        "  page      " + demo.dashboard(),
        "  OpenAI    " + demo.gateway() + "/v1",
        "  API key   " + demo.apiKey(),
        "  model     " + demo.model(),
        "  chain     " + demo.rpc(),
        "",
        "  curl " + demo.gateway() + "/v1/chat/completions \\",
        "    -H 'Authorization: Bearer " + demo.apiKey() + "' \\",
        "    -H 'Content-Type: application/json' \\",
        "    -d '{\"model\": \""
            + demo.model()
            + "\", \"messages\": [{\"role\": \"user\", \"content\": \"Hello!\"}]}'",
        "",
        "Ctrl-C stops it; the next start goes on from there.",
        "");
  }
}
