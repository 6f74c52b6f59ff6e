package exacta.protocol;

import exacta.primitives.Height;
import exacta.protocol.comet.BlockId;
import exacta.protocol.comet.CanonicalVote;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;

/** What CometBFT's validators sign: {@code VoteSignBytes} in types/vote.go. */
public final class CometVotes {
  private static final int PRECOMMIT = 2;

  private CometVotes() {}

  /** The bytes of a vote that makes a block final. */
  public static byte[] precommit(
      String chainId, Height height, int round, BlockId block, Instant time) {
    CanonicalVote vote =
        CanonicalVote.newBuilder()
            .setType(PRECOMMIT)
            .setHeight(height.value())
            .setRound(round)
            .setBlockId(block)
            .setTimestamp(CometHeader.timestamp(time))
            .setChainId(chainId)
            .build();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      vote.writeDelimitedTo(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
