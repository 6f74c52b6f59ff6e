package exacta.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import exacta.numerics.Kernels;
import exacta.numerics.LogitRange;
import exacta.primitives.Digest32;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Runs the published choices. */
class SamplerReferenceTest {
  private final Kernels kernels = Kernels.scalar();

  @Test
  void choosesThePublishedTokens() throws IOException {
    Path file =
        Path.of(System.getProperty("exacta.root"), "docs/spec/vectors/generation/sampler.txt");
    List<String> lines =
        Files.readAllLines(file).stream().filter(line -> !line.startsWith("#")).toList();
    assertTrue(lines.size() >= 80);
    for (String line : lines) {
      String[] field = line.split(" ");
      float[] logits = floats(field[0]);
      Sampling sampling = sampling(field);
      LogitChanges changes = new LogitChanges(sampling, logits.length);
      if (!field[1].equals("-")) {
        Arrays.stream(field[1].split(",")).mapToInt(Integer::parseInt).forEach(changes::occurs);
      }
      changes.apply(logits, 0);
      LogitRange range = kernels.range(logits, 0, logits.length);
      OptionalInt token =
          new Sampler(kernels, sampling, Digest32.ofHex(field[10]))
              .choose(logits, 0, logits.length, range, Integer.parseInt(field[11]));
      assertEquals(OptionalInt.of(Integer.parseInt(field[13])), token, line);
    }
  }

  private static Sampling sampling(String[] field) {
    SortedMap<Integer, Float> bias = new TreeMap<>();
    if (!field[9].equals("-")) {
      for (String entry : field[9].split(",")) {
        int colon = entry.indexOf(':');
        bias.put(Integer.parseInt(entry.substring(0, colon)), number(entry.substring(colon + 1)));
      }
    }
    return new Sampling(number(field[2]), Integer.parseInt(field[3]), number(field[4]), List.of())
        .withMinP(number(field[5]))
        .withPenalties(new Penalties(number(field[6]), number(field[7]), number(field[8])))
        .withBias(bias);
  }

  private static float[] floats(String list) {
    String[] entries = list.split(",");
    float[] floats = new float[entries.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = number(entries[i]);
    }
    return floats;
  }

  private static float number(String bits) {
    return Float.intBitsToFloat(Integer.parseUnsignedInt(bits, 16));
  }
}
