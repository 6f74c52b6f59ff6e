package exacta.cli;

import exacta.node.DemoFile;
import exacta.node.GatewayClient;
import exacta.primitives.ExactaException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** A conversation in the terminal, until an empty line's end of input or {@code /exit}. */
final class Chat {
  private static final int TOKENS_MAX = 512;

  /** Older lines are forgotten, so that the prompt fits the model's context. */
  private static final int LINES_MAX = 12;

  private final GatewayClient client;
  private final Output output;
  private final List<GatewayClient.Line> lines = new ArrayList<>();

  Chat(DemoFile demo, Output output) {
    client = new GatewayClient(URI.create(demo.gateway()), demo.apiKey(), demo.model());
    this.output = output;
  }

  void run() {
    output.result("Say something; /new begins anew, /exit ends.");
    while (true) {
      output.piece("\nyou> ");
      String line = System.console().readLine();
      if (line == null || line.strip().equals("/exit")) {
        return;
      }
      if (line.strip().equals("/new")) {
        lines.clear();
      } else if (!line.isBlank()) {
        answer(line.strip());
      }
    }
  }

  private void answer(String text) {
    lines.add(new GatewayClient.Line("user", text));
    while (lines.size() > LINES_MAX) {
      lines.removeFirst();
    }
    try {
      GatewayClient.Answer answer = client.stream(lines, TOKENS_MAX, output::piece);
      lines.add(new GatewayClient.Line("assistant", answer.text()));
      output.result("");
      String host = answer.exacta().path("host").asString("");
      if (!host.isEmpty()) {
        output.progress("%s, %d ngonka".formatted(host, answer.exacta().path("cost").asLong(0)));
      }
    } catch (ExactaException e) {
      lines.removeLast();
      output.progress(e.getMessage());
    }
  }
}
