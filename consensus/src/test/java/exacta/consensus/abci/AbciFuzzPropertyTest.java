package exacta.consensus.abci;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import exacta.consensus.abci.wire.Request;
import exacta.consensus.abci.wire.Response;
import exacta.primitives.Amount;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged messages: each has an answer, or is refused; none harms the ledger. */
final class AbciFuzzPropertyTest {
  private static final long SEED = 20_261_127;
  private static final int MESSAGES = 20_000;

  @TempDir private Path folder;

  @Test
  void whatStrangersSendHasAnAnswerOfItsKind() throws AbciException {
    Random random = new Random(SEED);
    try (LedgerNode node =
        LedgerNode.open(folder.resolve("ledger"), Money.APPLICATION, new Money.Links())) {
      node.answer(1, Calls.initChain());
      byte[] transfer = Money.transfer(0, Amount.ofCoins(1));
      byte[] question = Money.balanceOf(Money.RICH).toByteArray();
      ByteString path = ByteString.copyFromUtf8(Money.BALANCE_PATH);
      for (int i = 0; i < MESSAGES; i++) {
        byte[] transaction = damaged(random, transfer);
        if (!Arrays.equals(transaction, transfer)) {
          Response check = node.answer(1, Calls.check(transaction));
          assertTrue(check.getCheckTx().getCode() != 0, "seed " + SEED + ", message " + i);
        }
        ByteString data = ByteString.copyFrom(damaged(random, question));
        boolean isPathKept = random.nextBoolean();
        ByteString asked =
            isPathKept ? path : ByteString.copyFrom(damaged(random, path.toByteArray()));
        assertTrue(node.answer(1, Calls.query(asked, data)).hasQuery(), "message " + i);
      }
      List<byte[]> block =
          List.of(damaged(random, Money.link(1)), damaged(random, transfer), transfer, new byte[0]);
      Response result = node.answer(1, Calls.finalizeBlock(1, block));
      assertEquals(block.size(), result.getFinalizeBlock().getTxResultsCount());
      node.answer(1, Calls.commit());
    }
  }

  @Test
  void damagedFramesAreReadOrRefused() throws IOException {
    Random random = new Random(SEED + 1);
    List<Request> requests =
        List.of(
            Calls.echo("hello"),
            Calls.initChain(),
            Calls.check(Money.transfer(0, Amount.ofCoins(1))),
            Calls.process(List.of(Money.link(1))),
            Calls.finalizeBlock(1, List.of(Money.link(1))),
            Calls.query(ByteString.copyFromUtf8(Money.BALANCE_PATH), ByteString.EMPTY));
    int refused = 0;
    for (int i = 0; i < MESSAGES; i++) {
      Request request = requests.get(random.nextInt(requests.size()));
      byte[] frame = damaged(random, frame(request));
      try (ByteArrayInputStream in = new ByteArrayInputStream(frame)) {
        AbciFrames.read(in);
      } catch (AbciException | EOFException e) {
        refused++;
      }
    }
    assertTrue(refused > MESSAGES / 10, "damage is noticed: " + refused);
  }

  /** Some bytes changed, taken out or put in. */
  private static byte[] damaged(Random random, byte[] bytes) {
    byte[] damaged = bytes.clone();
    for (int changes = 1 + random.nextInt(3); changes > 0 && damaged.length > 0; changes--) {
      int at = random.nextInt(damaged.length);
      switch (random.nextInt(4)) {
        case 0 -> damaged[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> damaged[at] = (byte) random.nextInt();
        case 2 -> damaged = Arrays.copyOf(damaged, at);
        default -> {
          byte[] longer = Arrays.copyOf(damaged, damaged.length + 1);
          System.arraycopy(damaged, at, longer, at + 1, damaged.length - at);
          longer[at] = (byte) random.nextInt();
          damaged = longer;
        }
      }
    }
    return damaged;
  }

  private static byte[] frame(Request request) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    request.writeDelimitedTo(out);
    return out.toByteArray();
  }
}
