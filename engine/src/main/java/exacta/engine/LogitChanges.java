package exacta.engine;

import java.util.Arrays;
import java.util.SortedMap;

/**
 * What bias and penalties make of logits. Only the logits of some tokens change, so they are
 * changed in place and given back. Used by one thread at a time. Spec: generation.md#penalties.
 */
final class LogitChanges {
  private static final int CAPACITY_START = 64;

  private final Penalties penalties;

  /** Tokens whose logits change: those with a bias, then those that occurred, as they came. */
  private int[] tokens;

  /** What is added to the logit of a token; 0 for those that only occurred. */
  private float[] bias;

  private int[] occurrences;

  /** What the logits were. */
  private float[] originals;

  private int count;

  /** Where a token is in the list, plus 1; empty if there are no penalties. */
  private final int[] places;

  LogitChanges(Sampling sampling, int vocabulary) {
    penalties = sampling.penalties();
    SortedMap<Integer, Float> biases = sampling.bias();
    int capacity = biases.size() + (penalties.isNone() ? 0 : CAPACITY_START);
    tokens = new int[capacity];
    bias = new float[capacity];
    occurrences = new int[capacity];
    originals = new float[capacity];
    places = new int[penalties.isNone() ? 0 : vocabulary];
    biases.forEach((token, value) -> bias[append(token)] = value);
  }

  private int append(int token) {
    if (count == tokens.length) {
      tokens = Arrays.copyOf(tokens, 2 * count);
      bias = Arrays.copyOf(bias, 2 * count);
      occurrences = Arrays.copyOf(occurrences, 2 * count);
      originals = Arrays.copyOf(originals, 2 * count);
    }
    tokens[count] = token;
    if (places.length > 0) {
      places[token] = count + 1;
    }
    return count++;
  }

  /** A token of the prompt or the answer. */
  void occurs(int token) {
    if (places.length > 0) {
      int at = places[token] > 0 ? places[token] - 1 : append(token);
      occurrences[at]++;
    }
  }

  /** Whether there is any logit to change. */
  boolean isEmpty() {
    return count == 0;
  }

  /** Changes the logits from an index on. */
  void apply(float[] logits, int at) {
    for (int i = 0; i < count; i++) {
      float logit = logits[at + tokens[i]];
      originals[i] = logit;
      float changed = logit + bias[i];
      if (occurrences[i] > 0) {
        changed = penalized(changed, occurrences[i]);
      }
      logits[at + tokens[i]] = changed;
    }
  }

  private float penalized(float logit, int times) {
    float repeated = logit > 0 ? logit / penalties.repetition() : logit * penalties.repetition();
    return repeated - (times * penalties.frequency() + penalties.presence());
  }

  /** Gives the logits of the last {@link #apply} back. */
  void undo(float[] logits, int at) {
    for (int i = 0; i < count; i++) {
      logits[at + tokens[i]] = originals[i];
    }
  }
}
