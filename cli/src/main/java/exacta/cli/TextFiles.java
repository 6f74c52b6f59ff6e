package exacta.cli;

import exacta.primitives.ExactaException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Texts that commands read. */
final class TextFiles {
  private static final Path STANDARD_INPUT = Path.of("-");

  private TextFiles() {}

  /**
   * The whole text of a file, every byte of it, an end of line at the end included.
   *
   * @param file {@code -} for standard input
   */
  static String read(Path file) {
    byte[] bytes;
    try {
      bytes = file.equals(STANDARD_INPUT) ? System.in.readAllBytes() : Files.readAllBytes(file);
    } catch (IOException e) {
      throw new ExactaException(
          ExactaException.Category.FATAL,
          file + " cannot be read (" + e + "); name a text file, or - for standard input",
          e);
    }
    return decode(file, bytes);
  }

  private static String decode(Path file, byte[] bytes) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    CoderResult result = decoder.decode(in, out, true);
    if (result.isError()) {
      throw ExactaException.fatal(
          file + " is not UTF-8 at byte " + in.position() + "; convert it, for example with iconv");
    }
    return out.flip().toString();
  }
}
