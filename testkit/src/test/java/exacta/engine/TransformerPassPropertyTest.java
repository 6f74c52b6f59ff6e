package exacta.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import exacta.numerics.Kernels;
import exacta.numerics.KeyValueCache;
import exacta.numerics.KeyValueShape;
import exacta.numerics.Workers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A position's logits are the same bits however the positions of all sequences are batched. */
class TransformerPassPropertyTest {
  private static final int SEQUENCES = 7;
  private static final int LENGTH_MAX = 300;

  @TempDir static Path folder;
  private final Random random = new Random(20261127);

  @Test
  void anyBatchAnyCutAndAnyPagesGiveTheSameBits() {
    try (Workers workers = new Workers(2);
        Model model = Answers.tiny(folder, 1, Kernels.vector(workers))) {
      List<int[]> texts = new ArrayList<>();
      List<float[][]> expected = new ArrayList<>();
      for (int i = 0; i < SEQUENCES; i++) {
        int[] text = random.ints(1 + random.nextInt(LENGTH_MAX), 3, 250).toArray();
        texts.add(text);
        expected.add(model.logits(text));
      }
      for (int trial = 0; trial < 6; trial++) {
        compareMixed(model, texts, expected);
      }
    }
  }

  /** Sequences take turns of any length; all their pages come from one shuffled heap. */
  private void compareMixed(Model model, List<int[]> texts, List<float[][]> expected) {
    TransformerPass pass = new TransformerPass(model.weights(), model.kernels());
    KeyValueShape shape = model.weights().shape().keyValues();
    List<KeyValueCache> caches = new ArrayList<>();
    texts.forEach(_ -> caches.add(new KeyValueCache(shape)));
    int[] done = new int[texts.size()];
    while (true) {
      List<TransformerPass.Part> parts = new ArrayList<>();
      List<Integer> owners = new ArrayList<>();
      int rows = 0;
      for (int i = 0; i < texts.size(); i++) {
        int left = Math.min(texts.get(i).length - done[i], TransformerPass.ROWS_MAX - rows);
        if (left > 0 && random.nextInt(3) > 0) {
          int count = random.nextBoolean() ? 1 : 1 + random.nextInt(Math.min(left, 70));
          caches.get(i).reserve(done[i] + count);
          int read = random.nextInt(count + 1);
          parts.add(
              new TransformerPass.Part(caches.get(i), done[i], texts.get(i), done[i], count, read));
          owners.add(i);
          rows += count;
        }
      }
      if (!parts.isEmpty()) {
        compare(pass, parts, owners, expected);
      }
      boolean over = true;
      for (int i = 0; i < parts.size(); i++) {
        done[owners.get(i)] += parts.get(i).count();
      }
      for (int i = 0; i < done.length; i++) {
        over &= done[i] == texts.get(i).length;
      }
      if (over) {
        return;
      }
    }
  }

  private static void compare(
      TransformerPass pass,
      List<TransformerPass.Part> parts,
      List<Integer> owners,
      List<float[][]> expected) {
    int[] finite = pass.forward(parts);
    int row = 0;
    for (int i = 0; i < parts.size(); i++) {
      TransformerPass.Part part = parts.get(i);
      assertEquals(part.count(), finite[i]);
      if (part.read() == 0) {
        continue;
      }
      TransformerPass.Readout readout = pass.read(row, part.read());
      for (int t = 0; t < part.read(); t++) {
        int position = part.first() + part.unread() + t;
        assertArrayEquals(expected.get(owners.get(i))[position], readout.logits(t));
      }
      row += part.read();
    }
  }
}
