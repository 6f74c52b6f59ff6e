package exacta.engine.gguf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class BlockFormatTest {
  @Test
  void losesAtMostHalfAStepOfEachFormat() {
    float[] values = new float[1024];
    Random random = new Random(3);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    assertArrayEquals(
        values, BlockFormat.decode(TensorType.F32, BlockFormat.encode(TensorType.F32, values)));
    assertTrue(largestError(TensorType.Q8_0, values) < 0.02);
    assertTrue(largestError(TensorType.Q4_1, values) < 0.25);
    assertTrue(largestError(TensorType.Q4_0, values) < 0.5);
    assertTrue(largestError(TensorType.Q5_1, values) < 0.12);
    assertTrue(largestError(TensorType.Q5_0, values) < 0.25);
    assertTrue(largestError(TensorType.Q4_K, values) < 0.3);
    assertTrue(largestError(TensorType.Q5_K, values) < 0.16);
    assertTrue(largestError(TensorType.Q6_K, values) < 0.12);
    assertTrue(largestError(TensorType.F16, values) <= 0x1p-9);
    assertTrue(largestError(TensorType.BF16, values) <= 0x1p-6);
  }

  @Test
  void laysOutABlockAsTheFormatSays() {
    float[] values = new float[32];
    values[0] = -8;
    values[1] = 7;
    values[16] = 1;
    byte[] block = BlockFormat.encode(TensorType.Q4_0, values);
    assertEquals(18, block.length);
    assertEquals(0x3c00, block[1] << 8 | block[0] & 0xff);
    assertEquals((byte) 0x90, block[2]);
    assertEquals((byte) 0x8f, block[3]);
    assertArrayEquals(values, BlockFormat.decode(TensorType.Q4_0, block));
  }

  @Test
  void keepsABlockOfZeros() {
    for (TensorType type : TensorType.values()) {
      for (float value : BlockFormat.decode(type, BlockFormat.encode(type, new float[256]))) {
        assertTrue(value == 0, type + " makes zero " + value);
      }
    }
  }

  private static double largestError(TensorType type, float[] values) {
    float[] decoded = BlockFormat.decode(type, BlockFormat.encode(type, values));
    double largest = 0;
    for (int i = 0; i < values.length; i++) {
      largest = Math.max(largest, Math.abs(values[i] - decoded[i]));
    }
    return largest;
  }
}
