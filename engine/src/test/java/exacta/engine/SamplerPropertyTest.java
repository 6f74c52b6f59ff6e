package exacta.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import exacta.numerics.Elementary;
import exacta.numerics.Kernels;
import exacta.numerics.LogitRange;
import exacta.numerics.Workers;
import exacta.primitives.Digest32;
import exacta.primitives.Hasher;
import exacta.primitives.Philox;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The sampler against the rule written down as plainly as can be, over all tokens. */
class SamplerPropertyTest {
  private static final int CASES = 2000;

  /** Where the logits start, among others that nobody may look at. */
  private static final int AT = 3;

  private static final float FORBIDDEN = Float.NEGATIVE_INFINITY;

  @Test
  void equalsTheRule() {
    try (Workers workers = new Workers(1)) {
      List<Kernels> both = List.of(Kernels.scalar(), Kernels.vector(workers));
      for (int seed = 0; seed < CASES; seed++) {
        Random random = new Random(seed);
        float[] logits = logits(random);
        Sampling sampling = sampling(random, logits.length);
        Digest32 key = Hasher.of("test").integer(seed).finish();
        int position = random.nextInt(100_000);
        float[] next = logits(random);
        List<OptionalInt> expected =
            List.of(
                OptionalInt.of(rule(logits, sampling, key, position)),
                OptionalInt.of(rule(next, sampling, key, position + 1)));
        for (Kernels kernels : both) {
          Sampler sampler = new Sampler(kernels, sampling, key);
          List<OptionalInt> chosen =
              List.of(choose(sampler, logits, position), choose(sampler, next, position + 1));
          assertEquals(expected, chosen, "seed " + seed);
        }
      }
    }
  }

  private static OptionalInt choose(Sampler sampler, float[] logits, int position) {
    float[] among = new float[AT + logits.length + 1];
    Arrays.fill(among, Float.NaN);
    System.arraycopy(logits, 0, among, AT, logits.length);
    return sampler.choose(among, AT, logits.length, range(logits), position);
  }

  /** Of those that are allowed. */
  private static LogitRange range(float[] logits) {
    float smallest = Float.MAX_VALUE;
    int mostLikely = 0;
    for (int i = 0; i < logits.length; i++) {
      if (logits[i] != FORBIDDEN) {
        smallest = Math.min(smallest, logits[i]);
      }
      if (logits[i] > logits[mostLikely]) {
        mostLikely = i;
      }
    }
    return new LogitRange(true, smallest, mostLikely, logits[mostLikely]);
  }

  @Test
  void takesEveryTokenAsOftenAsItsProbabilitySays() {
    float[] logits = {0, 1, 2, 1}; // shares 0.0723, 0.1966, 0.5344, 0.1966
    Sampling sampling = new Sampling(1, 0, 1, List.of());
    int[] counts = new int[4];
    for (int position = 0; position < 100_000; position++) {
      counts[choose(sampling, Digest32.ZERO, logits, position).getAsInt()]++;
    }
    int[] expected = {7233, 19661, 53445, 19661};
    for (int token = 0; token < 4; token++) {
      assertEquals(expected[token], counts[token], 500);
    }
  }

  @Test
  void givesTiesToTheLowestId() {
    float[] logits = {-0f, 3, 3, 0f, 3};
    assertEquals(OptionalInt.of(1), choose(new Sampling(0, 0, 1, List.of()), logits));
    assertEquals(OptionalInt.of(1), choose(new Sampling(5, 1, 1, List.of()), logits));
    assertEquals(OptionalInt.of(1), choose(new Sampling(5, 0, 0.01f, List.of()), logits));
    assertEquals(
        OptionalInt.of(0), choose(new Sampling(5, 1, 1, List.of()), new float[] {-0f, 0f}));
  }

  @Test
  void saysSoWhenTheTemperatureMakesALogitInfinite() {
    float[] logits = {1e36f, 0};
    assertEquals(OptionalInt.empty(), choose(new Sampling(0.001f, 0, 1, List.of()), logits));
    assertEquals(OptionalInt.of(0), choose(new Sampling(0, 0, 1, List.of()), logits));
  }

  private static OptionalInt choose(Sampling sampling, float[] logits) {
    return choose(sampling, Digest32.ZERO, logits, 7);
  }

  private static OptionalInt choose(Sampling sampling, Digest32 key, float[] logits, int position) {
    Kernels kernels = Kernels.scalar();
    return new Sampler(kernels, sampling, key)
        .choose(logits, 0, logits.length, kernels.range(logits, 0, logits.length), position);
  }

  private static float[] logits(Random random) {
    float[] logits = new float[1 + random.nextInt(random.nextInt(20) == 0 ? 5000 : 300)];
    boolean ties = random.nextBoolean();
    float spread = List.of(1e-6f, 1e-3f, 1f, 3f, 6f, 40f).get(random.nextInt(6));
    for (int i = 0; i < logits.length; i++) {
      float value = (float) random.nextGaussian() * spread;
      logits[i] = ties ? Math.round(value) : value;
    }
    if (random.nextInt(4) == 0) {
      int allowed = random.nextInt(logits.length);
      for (int i = 0; i < logits.length; i++) {
        logits[i] = i == allowed || random.nextBoolean() ? logits[i] : FORBIDDEN;
      }
    }
    return logits;
  }

  private static Sampling sampling(Random random, int tokens) {
    float temperature = List.of(0f, 1f, 0.05f + 2 * random.nextFloat(), 1f).get(random.nextInt(4));
    int topK = random.nextBoolean() ? 0 : 1 + random.nextInt(2 * tokens);
    float topP = random.nextBoolean() ? 1 : 0.01f + 0.99f * random.nextFloat();
    float minP =
        random.nextBoolean() ? 0 : random.nextFloat() * (float) Math.pow(10, -random.nextInt(9));
    return new Sampling(temperature, topK, topP, List.of()).withMinP(minP);
  }

  private static int rule(float[] logits, Sampling sampling, Digest32 key, int position) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, logits.length).boxed().toList());
    float[] l = logits.clone();
    if (sampling.temperature() > 0) {
      for (int i = 0; i < l.length; i++) {
        l[i] = logits[i] / sampling.temperature();
      }
    }
    Comparator<Integer> byLogit = (a, b) -> l[a] == l[b] ? 0 : l[a] > l[b] ? -1 : 1;
    order.sort(byLogit.thenComparing(Comparator.naturalOrder()));
    if (sampling.temperature() == 0) {
      return order.getFirst();
    }
    if (sampling.topK() > 0 && sampling.topK() < order.size()) {
      order = order.subList(0, sampling.topK());
    }
    float[] sums = new float[order.size()];
    float sum = 0;
    for (int i = 0; i < sums.length; i++) {
      sum += Elementary.exp(l[order.get(i)] - l[order.getFirst()]);
      sums[i] = sum;
    }
    int kept = sums.length;
    if (sampling.topP() < 1) {
      kept = 1;
      while (sums[kept - 1] < sampling.topP() * sums[sums.length - 1]) {
        kept++;
      }
    }
    if (sampling.minP() > 0) {
      int likely = 0;
      while (likely < order.size()
          && Elementary.exp(l[order.get(likely)] - l[order.getFirst()]) >= sampling.minP()) {
        likely++;
      }
      kept = Math.min(kept, likely);
    }
    float u = (Philox.word(key, position) >>> 8) * 0x1p-24f * sums[kept - 1];
    int chosen = 0;
    while (sums[chosen] <= u) {
      chosen++;
    }
    return order.get(chosen);
  }
}
