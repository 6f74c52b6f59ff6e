package exacta.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class PatientOutputTest {
  @Test
  @Timeout(60)
  void endsAWriteThatNobodyReads() throws IOException {
    PipedInputStream reader = new PipedInputStream(16);
    try (PatientOutput out =
        new PatientOutput(new PipedOutputStream(reader), Duration.ofMillis(20))) {
      out.write(new byte[16]);
      assertThrows(IOException.class, () -> out.write(new byte[1]));
      assertFalse(Thread.currentThread().isInterrupted());
    }
  }

  @Test
  void passesEverythingOn() throws IOException {
    PipedInputStream reader = new PipedInputStream(16);
    try (PatientOutput out =
        new PatientOutput(new PipedOutputStream(reader), Duration.ofMinutes(1))) {
      out.write(1);
      out.write(new byte[] {2, 3});
    }
    assertEquals(3, reader.readAllBytes().length);
  }
}
