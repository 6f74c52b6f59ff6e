package exacta.protocol;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Token ids and log-probabilities between protobuf's lists and arrays. */
public final class Tokens {
  private Tokens() {}

  public static int[] ints(List<Integer> tokens) {
    int[] array = new int[tokens.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = tokens.get(i);
    }
    return array;
  }

  public static float[] floats(List<Float> values) {
    float[] array = new float[values.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = values.get(i);
    }
    return array;
  }

  public static List<Integer> list(int[] tokens) {
    return Arrays.stream(tokens).boxed().toList();
  }

  public static List<Float> list(float[] values) {
    List<Float> list = new ArrayList<>(values.length);
    for (float value : values) {
      list.add(value);
    }
    return list;
  }
}
