package exacta.primitives;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Spec: encoding.md#tagged-hash. */
class HasherTest {
  /** Around each size at which fields are gathered, grow or are hashed at once. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 111, 112, 113, 127, 128, 129, 4080, 4095, 4096, 4097, 20_000})
  void isSha256OfTagLengthsAndFields(int bytes) {
    byte[] field = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      field[i] = (byte) (31 * i);
    }
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    plain.write(4);
    plain.writeBytes("test".getBytes(StandardCharsets.US_ASCII));
    Hasher hasher = Hasher.of("test");
    for (int i = 0; i < 3; i++) {
      hasher.bytes(field).integer(i);
      plain.writeBytes(littleEndian(4).putInt(bytes).array());
      plain.writeBytes(field);
      plain.writeBytes(littleEndian(12).putInt(8).putLong(i).array());
    }
    assertEquals(Hasher.sha256(plain.toByteArray()), hasher.finish());
  }

  @Test
  void oneHashDoesNotTouchAnother() {
    Hasher first = Hasher.of("a").text("x");
    Hasher second = Hasher.of("a").bytes(new byte[5000]);
    Digest32 expected = Hasher.of("a").text("x").finish();
    second.finish();
    assertEquals(expected, first.finish());
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
