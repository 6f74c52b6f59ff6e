package exacta.numerics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KernelSelfTestTest {
  @ParameterizedTest
  @EnumSource
  void measuresOneTokenAndSeveral(WeightFormat format) {
    try (Workers workers = new Workers(1)) {
      KernelSelfTest.requireSameBits(Kernels.vector(workers), Set.of(format));
      List<KernelSelfTest.Reading> readings =
          KernelSelfTest.measure(Kernels.vector(workers), format, System::nanoTime);
      assertEquals(2, readings.size());
      for (KernelSelfTest.Reading reading : readings) {
        assertTrue(reading.gigaProducts() > 0 && reading.ratio() > 0, reading.description());
      }
    }
  }

  @Test
  void findsAKernelThatIsStuck() {
    for (KernelSelfTest.Reading reading : measured(1_000, 5_000_000)) {
      assertTrue(reading.isStuck(), reading.description());
      assertTrue(reading.advice().contains("Q4_0"));
    }
    for (KernelSelfTest.Reading reading : measured(1_000, 10_000)) {
      assertFalse(reading.isStuck(), reading.description());
    }
  }

  /** By a clock that knows how long each turn takes. */
  private static List<KernelSelfTest.Reading> measured(long referenceNanos, long kernelNanos) {
    AtomicLong now = new AtomicLong();
    return KernelSelfTest.measure(
        Kernels.scalar(),
        WeightFormat.Q4_0,
        () ->
            now.addAndGet(
                now.get() < KernelSelfTest.REFERENCE_NANOS ? referenceNanos : kernelNanos));
  }
}
