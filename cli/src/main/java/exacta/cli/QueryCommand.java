package exacta.cli;

import exacta.crypto.Address;
import exacta.node.DemoFile;
import exacta.node.HomeFolder;
import exacta.node.StateQuestion;
import exacta.primitives.ExactaException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** One entry of the chain's state, proven if wanted. */
@Command(
    name = "query",
    mixinStandardHelpOptions = true,
    description = {
      "Shows an entry of the chain's newest state. With --verify the node must prove it against the"
          + " app hash in the next block's header, so that only the header must be trusted, not the"
          + " node that answers.",
      "Amounts are ngonka. Exit code 0: the entry was shown; 2: there is none, or a proof is false."
    })
final class QueryCommand implements Callable<Integer> {
  private enum Kind {
    ACCOUNT,
    HOST,
    SUPPLY
  }

  @Parameters(index = "0", paramLabel = "KIND", description = "${COMPLETION-CANDIDATES}")
  private Kind kind;

  @Parameters(index = "1", arity = "0..1", paramLabel = "ADDRESS", description = "gonka1...")
  private String address = "";

  @Option(
      names = "--rpc",
      paramLabel = "URI",
      description = "The chain's RPC. Default: that of the demo in ~/.exacta/demo")
  private URI rpc;

  @Option(names = "--verify", description = "Check the proof of the answer.")
  private boolean verify;

  @Option(
      names = "--trusted-rpc",
      paramLabel = "URI",
      description = "A node whose headers are trusted. Default: the one that answers")
  private URI trusted;

  @Option(names = "--json", description = "One JSON object instead of lines.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    URI node = rpc != null ? rpc : demo();
    Optional<URI> witness =
        verify || trusted != null
            ? Optional.of(trusted != null ? trusted : node)
            : Optional.empty();
    StateQuestion question = new StateQuestion(node, witness);
    StateQuestion.Answer answer =
        switch (kind) {
          case ACCOUNT -> question.account(parsedAddress());
          case HOST -> question.host(parsedAddress());
          case SUPPLY -> question.supply();
        };
    Output output = new Output(spec);
    if (json) {
      output.result(JsonMapper.shared().writeValueAsString(answer));
    } else {
      output.result(
          "state of height %d, %s"
              .formatted(answer.height(), answer.proven() ? "proven" : "not proven"));
      answer.fields().forEach((name, value) -> output.result("%-12s %s".formatted(name, value)));
      if (answer.fields().isEmpty()) {
        output.result("no such entry");
      }
    }
    return answer.fields().isEmpty() ? Main.HOPELESS : 0;
  }

  private static URI demo() {
    Path home = HomeFolder.standard(System.getenv(), "demo");
    return URI.create(DemoFile.read(home.resolve(DemoFile.NAME)).rpc());
  }

  private Address parsedAddress() {
    return Address.parse(address)
        .orElseThrow(
            () -> ExactaException.fatal("'" + address + "' is no address; they begin with gonka1"));
  }
}
