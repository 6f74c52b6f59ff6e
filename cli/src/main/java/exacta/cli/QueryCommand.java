package exacta.cli;

import exacta.chainclient.LightClient;
import exacta.crypto.Address;
import exacta.node.DemoFile;
import exacta.node.HomeFolder;
import exacta.node.StateQuestion;
import exacta.primitives.Digest32;
import exacta.primitives.ExactaException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** One entry of the chain's state, proven if wanted. */
@Command(
    name = "query",
    mixinStandardHelpOptions = true,
    description = {
      "Shows an entry of the chain's newest state. With --verify the node must prove it against the"
          + " app hash in the next block's header. Why to believe that header: with"
          + " --trusted-height and --trusted-hash, because validators signed it whom that block"
          + " leads to; with --trusted-rpc, because that node has it; with neither, only because"
          + " the node says so itself, which shows mistakes, but no lies.",
      "A network on one machine (`exacta demo`) has no signatures: there a node must be trusted.",
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
      description = {
        "A node whose headers are trusted; beside --trusted-hash, one that must have the same"
            + " header"
      })
  private URI trusted;

  @Option(
      names = "--trusted-height",
      paramLabel = "HEIGHT",
      description = "The height of a block that you trust, as somebody whom you trust tells it")
  private Long trustedHeight;

  @Option(names = "--trusted-hash", paramLabel = "HEX", description = "The hash of that block.")
  private String trustedHash;

  @Option(
      names = "--trust-period",
      paramLabel = "HOURS",
      defaultValue = "48",
      description = {
        "How old the trusted block may be: as long as its validators can be punished for signing"
            + " another one. Default: ${DEFAULT-VALUE}"
      })
  private int trustHours;

  @Option(names = "--json", description = "One JSON object instead of lines.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    URI node = rpc != null ? rpc : demo();
    StateQuestion question = new StateQuestion(node, trust(node));
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
          "state of height %d, %s by %s"
              .formatted(
                  answer.height(),
                  answer.proven() ? "proven" : "not proven, told",
                  answer.trust()));
      answer.fields().forEach((name, value) -> output.result("%-12s %s".formatted(name, value)));
      if (answer.fields().isEmpty()) {
        output.result("no such entry");
      }
    }
    return answer.fields().isEmpty() ? Main.HOPELESS : 0;
  }

  private StateQuestion.Trust trust(URI node) {
    if ((trustedHeight == null) != (trustedHash == null)) {
      throw new ParameterException(
          spec.commandLine(), "--trusted-height and --trusted-hash name a block together");
    }
    if (trustedHash != null) {
      return new StateQuestion.Trust.InBlock(
          new LightClient.Trust(trustedHeight, parsedHash(), Duration.ofHours(trustHours)),
          Optional.ofNullable(trusted));
    }
    return verify || trusted != null
        ? new StateQuestion.Trust.InNode(trusted != null ? trusted : node)
        : new StateQuestion.Trust.None();
  }

  private Digest32 parsedHash() {
    try {
      return Digest32.ofHex(trustedHash.toLowerCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          spec.commandLine(),
          "--trusted-hash is a block's hash, 64 hex digits: " + e.getMessage(),
          e);
    }
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
