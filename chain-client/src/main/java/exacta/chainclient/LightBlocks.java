package exacta.chainclient;

import com.google.protobuf.ByteString;
import exacta.primitives.Digest32;
import exacta.primitives.ExactaException;
import exacta.primitives.Height;
import exacta.protocol.CometHeader;
import exacta.protocol.comet.BlockId;
import exacta.protocol.comet.HeaderVersion;
import exacta.protocol.comet.PartSetHeader;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** Reads from a node what a light client needs of a block: header, commit, validators. */
final class LightBlocks {
  private static final int PER_PAGE = 100;

  /** Pages of validators; a chain of ours has 256 at most. */
  private static final int PAGES_MAX = 10;

  /** The flag of a vote for the block, not for nothing. */
  private static final int FOR_BLOCK = 2;

  private static final String KEY_TYPE = "tendermint/PubKeyEd25519";

  private final RpcConnection rpc;

  LightBlocks(RpcConnection rpc) {
    this.rpc = rpc;
  }

  LightBlock at(long height) {
    try {
      JsonNode commit =
          rpc.call("commit", rpc.parameters().put("height", Long.toString(height)))
              .path("signed_header");
      List<LightBlock.Validator> validators = new ArrayList<>();
      long total = 1;
      for (int page = 1; validators.size() < total && page <= PAGES_MAX; page++) {
        JsonNode answer =
            rpc.call(
                "validators",
                rpc.parameters()
                    .put("height", Long.toString(height))
                    .put("page", Integer.toString(page))
                    .put("per_page", Integer.toString(PER_PAGE)));
        total = number(answer, "total");
        answer.path("validators").forEach(each -> validators.add(validator(each)));
      }
      LightBlock block = read(commit, validators);
      if (block.height() != height) {
        throw new IllegalArgumentException("it tells of block " + block.height() + " instead");
      }
      return block;
    } catch (RpcErrorException | IllegalArgumentException | DateTimeException e) {
      throw ExactaException.error(
          "the chain at %s does not tell header, signatures and validators of block %d: %s"
              .formatted(rpc.settings().rpc(), height, RpcConnection.shown(e.getMessage())));
    }
  }

  /** From the answer of {@code commit}; throws what the JDK's readers of texts throw. */
  static LightBlock read(JsonNode signedHeader, List<LightBlock.Validator> validators) {
    JsonNode commit = signedHeader.path("commit");
    CometHeader header = header(signedHeader.path("header"));
    if (number(commit, "height") != header.height().value()) {
      throw new IllegalArgumentException("the signatures are of another block");
    }
    List<LightBlock.Vote> votes = new ArrayList<>();
    for (JsonNode each : commit.path("signatures")) {
      votes.add(
          each.path("block_id_flag").asInt(0) == FOR_BLOCK
              ? new LightBlock.Vote(
                  ByteString.copyFrom(hex(each, "validator_address")),
                  Instant.parse(RpcConnection.text(each, "timestamp")),
                  base64(each, "signature"))
              : LightBlock.Vote.NONE);
    }
    return new LightBlock(
        header, blockId(commit.path("block_id")), commit.path("round").asInt(0), votes, validators);
  }

  static LightBlock.Validator validator(JsonNode node) {
    JsonNode key = node.path("pub_key");
    if (!RpcConnection.text(key, "type").equals(KEY_TYPE)) {
      throw new IllegalArgumentException("a validator has no ed25519 key");
    }
    return new LightBlock.Validator(base64(key, "value"), number(node, "voting_power"));
  }

  private static CometHeader header(JsonNode node) {
    JsonNode version = node.path("version");
    return new CometHeader(
        HeaderVersion.newBuilder()
            .setBlock(number(version, "block"))
            .setApp(version.has("app") ? number(version, "app") : 0)
            .build(),
        RpcConnection.text(node, "chain_id"),
        new Height(number(node, "height")),
        Instant.parse(RpcConnection.text(node, "time")),
        blockId(node.path("last_block_id")),
        digest(node, "last_commit_hash"),
        digest(node, "data_hash"),
        digest(node, "validators_hash"),
        digest(node, "next_validators_hash"),
        digest(node, "consensus_hash"),
        hex(node, "app_hash"),
        digest(node, "last_results_hash"),
        digest(node, "evidence_hash"),
        hex(node, "proposer_address"));
  }

  private static BlockId blockId(JsonNode node) {
    JsonNode parts = node.path("parts");
    return BlockId.newBuilder()
        .setHash(ByteString.copyFrom(hex(node, "hash")))
        .setPartSetHeader(
            PartSetHeader.newBuilder()
                .setTotal(parts.path("total").asInt(0))
                .setHash(ByteString.copyFrom(hex(parts, "hash"))))
        .build();
  }

  private static Digest32 digest(JsonNode node, String field) {
    return Digest32.ofHex(RpcConnection.text(node, field).toLowerCase(Locale.ROOT));
  }

  private static byte[] hex(JsonNode node, String field) {
    return HexFormat.of().parseHex(RpcConnection.text(node, field));
  }

  private static byte[] base64(JsonNode node, String field) {
    return Base64.getDecoder().decode(RpcConnection.text(node, field));
  }

  private static long number(JsonNode node, String field) {
    return Long.parseLong(RpcConnection.text(node, field));
  }
}
