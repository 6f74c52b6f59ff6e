package exacta.numerics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
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

  /** The specification is what vector code looks like when the compiler gave up on it. */
  @Test
  void findsAKernelThatIsStuck() {
    for (KernelSelfTest.Reading reading :
        KernelSelfTest.measure(Kernels.scalar(), WeightFormat.Q4_0, System::nanoTime)) {
      assertTrue(reading.isStuck(), reading.description());
      assertTrue(reading.advice().contains("Q4_0"));
    }
    assertFalse(new KernelSelfTest.Reading(WeightFormat.Q4_0, 1, 10, 50).isStuck());
  }
}
