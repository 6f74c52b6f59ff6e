package exacta.chainclient;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.primitives.Digest32;
import exacta.primitives.ExactaException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Spec: state.md#light-client. */
class LightClientTest {
  private static final List<Integer> FOUR = List.of(1, 2, 3, 4);
  private static final Duration PERIOD = Duration.ofHours(48);

  private final SignedChain constant = new SignedChain(height -> FOUR);

  /** One validator of four is another one in each block. */
  private final SignedChain changing =
      new SignedChain(height -> List.of(height, height + 1, height + 2, height + 3));

  private static byte[] prove(SignedChain chain, LongFunction<LightBlock> node, long height) {
    return prove(node, new LightClient.Trust(1, chain.block(1).hash(), PERIOD), height);
  }

  private static byte[] prove(LongFunction<LightBlock> node, LightClient.Trust trust, long height) {
    long now = SignedChain.BEGIN.plus(Duration.ofHours(1)).toEpochMilli();
    return new LightClient("the node", node, trust, () -> now).appHash(height);
  }

  private static void refuses(String why, LongFunction<LightBlock> node) {
    SignedChain chain = new SignedChain(height -> FOUR);
    refuses(why, node, new LightClient.Trust(1, chain.block(1).hash(), PERIOD), 100);
  }

  private static void refuses(
      String why, LongFunction<LightBlock> node, LightClient.Trust trust, long height) {
    ExactaException e = assertThrows(ExactaException.class, () -> prove(node, trust, height));
    assertEquals(ExactaException.Category.FATAL, e.category());
    assertTrue(e.getMessage().contains(why), e.getMessage());
  }

  /** A node that lies about block 100 only. */
  private LongFunction<LightBlock> lying(LightBlock lie) {
    return height -> height == lie.height() ? lie : constant.block(height);
  }

  @Test
  void oneStepWhereTheSetIsTheSame() {
    assertArrayEquals(SignedChain.appHash(100), prove(constant, constant::block, 100));
    assertEquals(1 + 2, constant.asked);
  }

  @Test
  void theTrustedBlockProvesItself() {
    assertArrayEquals(SignedChain.appHash(1), prove(constant, constant::block, 1));
    assertArrayEquals(SignedChain.appHash(2), prove(constant, constant::block, 2));
  }

  @Test
  void halfTheWayWhereTheSetChanged() {
    assertArrayEquals(SignedChain.appHash(30), prove(changing, changing::block, 30));
    assertTrue(changing.asked < 60, "asked for " + changing.asked);
  }

  /** Nobody stays from one block to the next: each header names the next one's validators. */
  @Test
  void blockAfterBlockWhereAllChange() {
    SignedChain chain =
        new SignedChain(height -> List.of(3 * height, 3 * height + 1, 3 * height + 2));
    assertArrayEquals(SignedChain.appHash(12), prove(chain, chain::block, 12));
  }

  @Test
  void whoSignedForAThirdIsNotEnough() {
    byte[] real = SignedChain.appHash(100);
    refuses(
        "validators with 20 of 40 power signed it",
        lying(constant.signed(100, real, number -> number <= 2)));
    assertArrayEquals(
        real, prove(constant, lying(constant.signed(100, real, number -> number != 4)), 100));
  }

  /** The node makes a set of its own, and all its blocks are signed well by it. */
  @Test
  void aChainOfOtherValidatorsIsNotReached() {
    SignedChain other = new SignedChain(height -> height < 2 ? FOUR : List.of(11, 12, 13, 14));
    LongFunction<LightBlock> node = height -> height == 1 ? constant.block(1) : other.block(height);
    refuses("its validators are not those that block 1 names for it", node);
  }

  @Test
  void anotherAppHashIsNotSigned() {
    LightBlock good = constant.block(100);
    LightBlock forged = constant.signed(100, SignedChain.appHash(7), number -> true);
    refuses(
        "not the hash of its header",
        lying(new LightBlock(forged.header(), good.block(), 0, good.votes(), good.validators())));
    refuses(
        "validators with 0 of 40 power",
        lying(new LightBlock(forged.header(), forged.block(), 0, good.votes(), good.validators())));
  }

  @Test
  void aRoundThatWasNotSignedIsNoSignature() {
    LightBlock good = constant.block(100);
    refuses(
        "validators with 0 of 40 power",
        lying(new LightBlock(good.header(), good.block(), 1, good.votes(), good.validators())));
  }

  @Test
  void votesAndValidatorsAreTheHeaders() {
    LightBlock good = constant.block(100);
    List<LightBlock.Validator> fewer = good.validators().subList(0, 3);
    refuses(
        "not those of its header",
        lying(new LightBlock(good.header(), good.block(), 0, good.votes(), fewer)));
    refuses(
        "not one vote of each",
        lying(
            new LightBlock(
                good.header(), good.block(), 0, good.votes().subList(0, 3), good.validators())));
    refuses(
        "not in the order",
        lying(
            new LightBlock(
                good.header(), good.block(), 0, good.votes().reversed(), good.validators())));
    refuses(
        "has no signatures",
        lying(new LightBlock(good.header(), good.block(), 0, List.of(), good.validators())));
    SignedChain twice = new SignedChain(height -> List.of(1, 1, 1, 1));
    refuses("named twice", lying(twice.block(100)));
  }

  @Test
  void moreValidatorsThanCanBeCounted() {
    LightBlock good = constant.block(100);
    List<LightBlock.Validator> many =
        Collections.nCopies(10_001, new LightBlock.Validator(new byte[32], 1L << 40));
    refuses(
        "more than 10,000 validators",
        lying(new LightBlock(good.header(), good.block(), 0, good.votes(), many)));
  }

  @Test
  void theTrustedBlockIsTheOneThatWasMeant() {
    Digest32 other = constant.block(2).hash();
    refuses("this is another chain", constant::block, new LightClient.Trust(1, other, PERIOD), 5);
    refuses(
        "is before the trusted block 9",
        constant::block,
        new LightClient.Trust(9, constant.block(9).hash(), PERIOD),
        5);
    refuses(
        "too old",
        constant::block,
        new LightClient.Trust(1, constant.block(1).hash(), Duration.ofMinutes(59)),
        5);
    refuses(
        "of the future",
        constant::block,
        new LightClient.Trust(1, constant.block(1).hash(), PERIOD),
        3600 + 60);
  }

  /** What CometBFT v0.40.0 answered: the hash of the header, and a signature over it. */
  @Test
  void aBlockOfCometBftIsSound() throws IOException {
    try (InputStream file = LightClientTest.class.getResourceAsStream("light-block.json")) {
      JsonNode recorded = JsonMapper.shared().readTree(file);
      LightBlock block =
          LightBlocks.read(
              recorded.at("/commit/signed_header"),
              List.of(LightBlocks.validator(recorded.path("validator"))));
      assertEquals(Optional.empty(), block.fault("recorded-1"));
      assertEquals(
          Optional.of("it is of the chain recorded-1, not of another-1"), block.fault("another-1"));
    }
  }
}
