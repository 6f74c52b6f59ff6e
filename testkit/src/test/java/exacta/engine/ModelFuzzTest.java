package exacta.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.engine.gguf.Gguf;
import exacta.numerics.Kernels;
import exacta.primitives.ExactaException;
import exacta.testkit.TinyFamily;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever a stranger makes of a model's header: the model computes, or is refused with one clear
 * error. A failure names the seed that repeats it.
 */
@Timeout(240)
class ModelFuzzTest {
  private static final int SEEDS = 120;
  private static final int[] EXTREMES = {0, 1, 2, 3, 7, 63, 65, 255, 65_536, 1 << 30, -1, 1 << 31};

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(names = {"LLAMA_FACTORS", "QWEN2_YARN", "QWEN3MOE", "GEMMA3"})
  void computesOrRefusesAnyModel(TinyFamily family) throws IOException {
    Path path = folder.resolve("model.gguf");
    family.write(1, path);
    byte[] sound = Files.readAllBytes(path);
    int header;
    try (Gguf gguf = Gguf.open(path)) {
      header = gguf.headerBytes().length;
    }
    int opened = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      Files.write(path, damage(sound, header, new Random(seed)));
      opened += survives(path, family + " seed " + seed) ? 1 : 0;
    }
    assertTrue(opened > 0 && opened < SEEDS, "opened " + opened);
  }

  private static boolean survives(Path path, String what) {
    try (Model model = Model.open(path, Kernels.scalar())) {
      assertEquals(3, model.logits(new int[] {3, 4, 5}).length, what);
      return true;
    } catch (ExactaException e) {
      assertEquals(ExactaException.Category.FATAL, e.category(), what);
      return false;
    } catch (IllegalArgumentException e) {
      assertTrue(e.getMessage().contains("no token of this model"), () -> what + ": " + e);
      return true;
    } catch (RuntimeException | AssertionError | OutOfMemoryError e) {
      throw new AssertionError(what, e);
    }
  }

  /** Most of the header is a vocabulary; the numbers in front of it say more. */
  private static byte[] damage(byte[] sound, int header, Random random) {
    byte[] bytes = sound.clone();
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at = random.nextInt(random.nextBoolean() ? 1400 : header);
      switch (random.nextInt(3)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt();
        default -> buffer.putInt(at, EXTREMES[random.nextInt(EXTREMES.length)]);
      }
    }
    return bytes;
  }
}
