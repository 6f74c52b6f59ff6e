package exacta.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import exacta.primitives.Height;
import exacta.protocol.comet.BlockId;
import exacta.protocol.comet.HeaderVersion;
import exacta.protocol.comet.PartSetHeader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CometHeaderTest {
  private static Digest32 sum(String text) {
    return Hasher.sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The header and the hash of TestHeaderHash in CometBFT's types/block_test.go. */
  @Test
  void hashIsThatOfCometBft() {
    ByteString zeros = ByteString.copyFrom(new byte[32]);
    CometHeader header =
        new CometHeader(
            HeaderVersion.newBuilder().setBlock(1).setApp(2).build(),
            "chainId",
            new Height(3),
            Instant.parse("2019-10-13T16:14:44Z"),
            BlockId.newBuilder()
                .setHash(zeros)
                .setPartSetHeader(PartSetHeader.newBuilder().setTotal(6).setHash(zeros))
                .build(),
            sum("last_commit_hash"),
            sum("data_hash"),
            sum("validators_hash"),
            sum("next_validators_hash"),
            sum("consensus_hash"),
            sum("app_hash").toBytes(),
            sum("last_results_hash"),
            sum("evidence_hash"),
            Arrays.copyOf(sum("proposer_address").toBytes(), 20));
    assertEquals(
        "f740121f553b5418c3efbd343c2dbfe9e007bb67b0d020a0741374bab65242a4", header.hash().toHex());
  }

  /** Roots of RFC 6962's reference implementation, over the first of its test leaves. */
  @Test
  void merkleRootIsThatOfRfc6962() {
    byte[] none = new byte[0];
    byte[] zero = {0};
    assertEquals(
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        CometMerkle.root(List.of()).toHex());
    assertEquals(
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        CometMerkle.root(List.of(none)).toHex());
    assertEquals(
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        CometMerkle.root(List.of(none, zero)).toHex());
    assertEquals(
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        CometMerkle.root(List.of(none, zero, new byte[] {0x10})).toHex());
  }
}
