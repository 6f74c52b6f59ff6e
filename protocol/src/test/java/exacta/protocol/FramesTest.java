package exacta.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import exacta.protocol.v1.Refusal;
import exacta.protocol.v1.StreamFrame;
import exacta.protocol.v1.Tokens;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FramesTest {
  @Test
  void readsWhatItWrites() throws IOException {
    List<StreamFrame> frames =
        List.of(
            StreamFrame.newBuilder()
                .setTokens(Tokens.newBuilder().addTokens(3).addLogProbabilities(-0.5f))
                .build(),
            StreamFrame.getDefaultInstance(),
            StreamFrame.newBuilder()
                .setRefusal(Refusal.newBuilder().setCode("busy").setMessage("x".repeat(300)))
                .build());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (StreamFrame frame : frames) {
      Frames.write(out, frame);
    }
    ByteArrayInputStream in = new ByteArrayInputStream(out.toByteArray());
    for (StreamFrame frame : frames) {
      assertEquals(Optional.of(frame), Frames.read(in, 1000));
    }
    assertEquals(Optional.empty(), Frames.read(in, 1000));
    byte[] cut = Arrays.copyOf(out.toByteArray(), 5);
    assertThrows(IOException.class, () -> Frames.read(new ByteArrayInputStream(cut), 1000));
  }

  @Test
  void refusesWhatIsNoFrame() {
    // Too long; a varint without end; a length cut off; an unknown field; no protobuf.
    for (String hex : List.of("0b", "ffffffffff01", "80", "022001", "02ffff", "0a00")) {
      byte[] bytes = HexFormat.of().parseHex(hex);
      assertThrows(IOException.class, () -> Frames.read(new ByteArrayInputStream(bytes), 10), hex);
    }
  }
}
