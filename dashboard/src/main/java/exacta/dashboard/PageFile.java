package exacta.dashboard;

import exacta.primitives.Hasher;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** A file of the page, as it is built into the program. */
record PageFile(String contentType, byte[] body, String entityTag) {
  static PageFile load(String name, String contentType) {
    try (InputStream stream = PageFile.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IllegalStateException("the program was built without its page: " + name);
      }
      return of(contentType, stream.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static PageFile of(String contentType, byte[] body) {
    String hash = Hasher.sha256(body).toHex();
    return new PageFile(contentType, body, '"' + hash.substring(0, 32) + '"');
  }
}
