package exacta.consensus;

import exacta.consensus.RpcException.Kind;
import exacta.primitives.Height;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import tools.jackson.databind.node.ObjectNode;

/** CometBFT's RPC methods about blocks, over a chain. Safe for several threads. */
final class BlockMethods {
  private final EmbeddedChain chain;

  BlockMethods(EmbeddedChain chain) {
    this.chain = chain;
  }

  void addTo(RpcMethods methods) {
    methods.add("block", List.of("height"), this::block);
    methods.add("header", List.of("height"), this::header);
    methods.add("commit", List.of("height"), this::commit);
    methods.add("block_results", List.of("height"), this::blockResults);
    methods.add("blockchain", List.of("minHeight", "maxHeight"), this::blockchain);
    methods.add("consensus_params", List.of("height"), this::consensusParams);
    methods.add("validators", List.of("height", "page", "per_page"), this::validators);
  }

  private ObjectNode block(RpcArguments arguments) throws RpcException {
    return RpcJson.block(chain.comet(), given(arguments));
  }

  private CommittedBlock given(RpcArguments arguments) throws RpcException {
    return chain.block(height(arguments)).orElseThrow();
  }

  private ObjectNode header(RpcArguments arguments) throws RpcException {
    return RpcBlocks.header(chain.comet(), given(arguments));
  }

  private ObjectNode commit(RpcArguments arguments) throws RpcException {
    return RpcBlocks.commit(chain.comet(), given(arguments));
  }

  private ObjectNode blockResults(RpcArguments arguments) throws RpcException {
    return RpcBlocks.results(given(arguments));
  }

  private ObjectNode consensusParams(RpcArguments arguments) throws RpcException {
    return RpcBlocks.parameters(chain.comet(), height(arguments));
  }

  /** The newest first, and not more than CometBFT gives at once. */
  private ObjectNode blockchain(RpcArguments arguments) throws RpcException {
    long latest = chain.status().latest().height().value();
    long most = arguments.integer("maxHeight").filter(h -> h > 0).orElse(latest);
    long last = Math.min(most, latest);
    long least = arguments.integer("minHeight").orElse(1L);
    long first = Math.max(Math.max(1, least), last - RpcBlocks.METAS_MAX + 1);
    if (first > last) {
      throw new RpcException(
          Kind.INTERNAL_ERROR,
          "min height %d can't be greater than max height %d".formatted(first, last));
    }
    List<CommittedBlock> blocks =
        LongStream.rangeClosed(first, last)
            .mapToObj(height -> chain.block(new Height(height)).orElseThrow())
            .toList()
            .reversed();
    return RpcBlocks.metas(chain.comet(), latest, blocks);
  }

  private ObjectNode validators(RpcArguments arguments) throws RpcException {
    RpcPage page = RpcPage.of(arguments, 1);
    return RpcJson.validators(chain.comet(), height(arguments), page.to() > page.from());
  }

  /** The height that was given, or the newest. */
  private Height height(RpcArguments arguments) throws RpcException {
    Height latest = chain.status().latest().height();
    Optional<Long> given = arguments.integer("height");
    if (given.isEmpty()) {
      return latest;
    }
    long height = given.get();
    if (height < 1) {
      throw new RpcException(
          Kind.INTERNAL_ERROR, "height must be greater than 0, but got " + height);
    }
    if (height > latest.value()) {
      throw new RpcException(
          Kind.INTERNAL_ERROR,
          "height %d must be less than or equal to the current blockchain height %s"
              .formatted(height, latest));
    }
    return new Height(height);
  }
}
