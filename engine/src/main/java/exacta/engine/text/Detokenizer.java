package exacta.engine.text;

import exacta.primitives.Check;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Turns a stream of tokens into text as it comes. A character whose bytes are spread over several
 * tokens appears with the last of them; bytes that are no UTF-8 become the replacement character.
 * One stream, one thread.
 */
public final class Detokenizer {
  /** The longest start of a character that can be left over. */
  private static final int PENDING_MAX = 3;

  private final Tokenizer tokenizer;
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);
  private byte[] pending = new byte[0];

  public Detokenizer(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /** The text that this token completes; empty for control tokens and inside of a character. */
  public String next(int token) {
    return decode(tokenizer.bytes(token), false);
  }

  /** What is left when the stream has ended: the replacement character for a broken-off one. */
  public String finish() {
    return decode(new byte[0], true);
  }

  /**
   * The text of a complete list of tokens. The space that such a tokenizer puts in front of a text
   * is not part of it. (An answer is no such text: it goes on where its prompt ends.)
   */
  public static String text(Tokenizer tokenizer, int[] tokens) {
    Detokenizer detokenizer = new Detokenizer(tokenizer);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < tokens.length; i++) {
      byte[] bytes = tokenizer.bytes(tokens[i]);
      boolean spaced = i == 0 && tokenizer.putsSpaceInFront() && bytes.length > 0;
      int from = spaced && bytes[0] == ' ' ? 1 : 0;
      text.append(detokenizer.decode(Arrays.copyOfRange(bytes, from, bytes.length), false));
    }
    return text.append(detokenizer.finish()).toString();
  }

  private String decode(byte[] bytes, boolean last) {
    ByteBuffer in = ByteBuffer.allocate(pending.length + bytes.length);
    in.put(pending).put(bytes).flip();
    CharBuffer out = CharBuffer.allocate(in.remaining() + 1);
    CoderResult result = decoder.decode(in, out, last);
    Check.that(result.isUnderflow(), "a byte gives at most one character");
    if (last) {
      decoder.flush(out);
      decoder.reset();
    }
    pending = new byte[in.remaining()];
    in.get(pending);
    Check.that(pending.length <= PENDING_MAX, "only the start of a character is left over");
    return out.flip().toString();
  }
}
